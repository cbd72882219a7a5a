package dev.sparkresnet.job.replica;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a replica exchanged with the others in some steps of gradient sharing.
 *
 * @param rounds sums that it applied
 * @param sentBytes what it sent to others
 * @param receivedBytes what others sent to it
 * @param waited for the updates of which replica how long
 * @param encoding samples from the first step to the last
 * @param threshold the one that the encoding ended with
 */
public record SharingReport(
    int rounds,
    long sentBytes,
    long receivedBytes,
    Map<Integer, Duration> waited,
    List<EncodingSample> encoding,
    double threshold)
    implements Serializable {
  /** Of a replica that trains without an exchange. */
  public static final SharingReport NONE = new SharingReport(0, 0, 0, Map.of(), List.of(), 0);

  /** Empty for none, otherwise with a separator at the end. */
  String summary() {
    if (rounds == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "%d rounds, sent %.1f MB, received %.1f MB; %s",
        rounds,
        sentBytes / 1e6,
        receivedBytes / 1e6,
        encodingSummary());
  }

  private String encodingSummary() {
    if (encoding.isEmpty()) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "sparsity %.2g %% to %.2g %%, threshold %.2e to %.2e; ",
        100 * encoding.stream().mapToDouble(EncodingSample::sparsity).min().orElseThrow(),
        100 * encoding.stream().mapToDouble(EncodingSample::sparsity).max().orElseThrow(),
        encoding.get(0).threshold(),
        threshold);
  }
}
