package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.failure.Outcome;
import java.util.List;

/**
 * What a check has to say about some JVMs.
 *
 * @param where none for what concerns the application as a whole
 * @param detail what was found, in a few words
 * @param outcome of a run that goes on all the same
 * @param cure what the user is to do, a sentence that names the setting or flag; empty if nothing
 */
public record Finding(
    List<Place> where, Status status, Outcome outcome, String detail, String cure) {

  public static Finding ok(Place where, String detail) {
    return new Finding(List.of(where), Status.OK, Outcome.COMPLETE, detail, "");
  }

  public static Finding ok(List<Place> where, String detail) {
    return new Finding(where, Status.OK, Outcome.COMPLETE, detail, "");
  }

  public static Finding ok(String detail) {
    return new Finding(List.of(), Status.OK, Outcome.COMPLETE, detail, "");
  }

  public static Finding skipped(String reason) {
    return new Finding(List.of(), Status.SKIPPED, Outcome.COMPLETE, reason, "");
  }

  public static Finding warning(List<Place> where, String detail, String cure) {
    return new Finding(where, Status.WARNING, Outcome.COMPLETE, detail, cure);
  }

  public static Finding failed(List<Place> where, String detail, String cure) {
    return new Finding(where, Status.FAILED, Outcome.MENDABLE, detail, cure);
  }

  /** What keeps a run from training now, and may not do so later. */
  public static Finding failedForNow(String detail, String cure) {
    return new Finding(List.of(), Status.FAILED, Outcome.CLUSTER, detail, cure);
  }

  public static Finding failed(Place where, String detail, String cure) {
    return failed(List.of(where), detail, cure);
  }
}
