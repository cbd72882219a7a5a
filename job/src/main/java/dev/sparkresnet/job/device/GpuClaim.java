package dev.sparkresnet.job.device;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An executor and the GPU that Spark gave it.
 *
 * <p>Spark gives out what discovery scripts print and knows nothing of GPUs: two workers of one
 * host that both print 0 have two executors with the same GPU.
 *
 * @param address empty for none
 * @param uuid empty if it is not known
 */
public record GpuClaim(String executor, String host, String address, String uuid) {
  private static final String SEPARATOR = "\t";

  /** The claim of an executor. */
  public static GpuClaim of(String executor, String host, ReplicaDevice device) {
    return new GpuClaim(executor, host, device.address(), device.uuid());
  }

  /** The claim as one line, for {@link #parse}. */
  public String line() {
    return String.join(SEPARATOR, executor, host, address, uuid);
  }

  /** What {@link #line} says. */
  public static GpuClaim parse(String line) {
    String[] fields = line.split(SEPARATOR, -1);
    return new GpuClaim(fields[0], fields[1], fields[2], fields[3]);
  }

  /**
   * Refuses two executors with one GPU, and executors with and without.
   *
   * @throws UserErrorException naming the executors
   */
  public static void requireOneEach(List<GpuClaim> claims) {
    Map<String, List<GpuClaim>> byGpu =
        claims.stream()
            .filter(GpuClaim::isOfGpu)
            .collect(Collectors.groupingBy(GpuClaim::gpu, TreeMap::new, Collectors.toList()));
    for (List<GpuClaim> sharing : byGpu.values()) {
      if (sharing.size() > 1) {
        throw shared(sharing);
      }
    }
    List<GpuClaim> without = claims.stream().filter(claim -> !claim.isOfGpu()).toList();
    if (!byGpu.isEmpty() && !without.isEmpty()) {
      throw new UserErrorException(
          "Cannot train: Spark gave a GPU to some replicas and none to %s; all of them need one"
              .formatted(names(without)));
    }
  }

  private static UserErrorException shared(List<GpuClaim> sharing) {
    GpuClaim one = sharing.get(0);
    return new UserErrorException(
        "Cannot train: GPU %s of %s was given to %s; discovery scripts of two Spark workers on one"
                .formatted(one.address, one.host, names(sharing))
            + " host must not print the same address: start each worker with its own"
            + " CUDA_VISIBLE_DEVICES, which submit/discover-gpus.sh honours, or one worker a host");
  }

  private static String names(List<GpuClaim> claims) {
    return claims.stream()
        .map(claim -> "executor " + claim.executor)
        .sorted()
        .collect(Collectors.joining(" and "));
  }

  private boolean isOfGpu() {
    return !address.isEmpty();
  }

  private String gpu() {
    return uuid.isEmpty() ? host + " " + address : uuid;
  }
}
