package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.encoding.EncodingSample;
import dev.sparkresnet.job.transport.Traffic;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a replica exchanged with the others in an epoch of gradient sharing.
 *
 * @param sent what it sent in this epoch
 * @param sentTotal encoded updates that it sent since the run began
 * @param received what arrived in this epoch, by the address of the sender
 * @param encoding samples from the first step to the last
 * @param threshold the one that the encoding ended with
 */
public record SharingReport(
    Traffic sent,
    long sentTotal,
    Map<String, Traffic> received,
    List<EncodingSample> encoding,
    double threshold)
    implements Serializable {
  /** Of a replica that trains without an exchange. */
  public static final SharingReport NONE =
      new SharingReport(Traffic.NONE, 0, Map.of(), List.of(), 0);

  Traffic receivedTotal() {
    return received.values().stream().reduce(Traffic.NONE, Traffic::plus);
  }

  /** Empty for none, otherwise with a separator at the end. */
  String summary() {
    if (encoding.isEmpty()) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "sent %s, received %s; sparsity %.2g %% to %.2g %%, threshold %.2e to %.2e; ",
        sent,
        receivedTotal(),
        100 * encoding.stream().mapToDouble(EncodingSample::sparsity).min().orElseThrow(),
        100 * encoding.stream().mapToDouble(EncodingSample::sparsity).max().orElseThrow(),
        encoding.get(0).threshold(),
        threshold);
  }
}
