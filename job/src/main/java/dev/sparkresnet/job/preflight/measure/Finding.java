package dev.sparkresnet.job.preflight.measure;

import java.util.List;

/**
 * What a check has to say about some JVMs.
 *
 * @param where none for what concerns the application as a whole
 * @param detail what was found, in a few words
 * @param cure what the user is to do, a sentence that names the setting or flag; empty if nothing
 */
public record Finding(List<Place> where, Status status, String detail, String cure) {

  public static Finding ok(Place where, String detail) {
    return new Finding(List.of(where), Status.OK, detail, "");
  }

  public static Finding ok(String detail) {
    return new Finding(List.of(), Status.OK, detail, "");
  }

  public static Finding skipped(String reason) {
    return new Finding(List.of(), Status.SKIPPED, reason, "");
  }

  public static Finding warning(List<Place> where, String detail, String cure) {
    return new Finding(where, Status.WARNING, detail, cure);
  }

  public static Finding failed(List<Place> where, String detail, String cure) {
    return new Finding(where, Status.FAILED, detail, cure);
  }

  public static Finding failed(Place where, String detail, String cure) {
    return failed(List.of(where), detail, cure);
  }
}
