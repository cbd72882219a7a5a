package dev.sparkresnet.job.device;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which GPUs of its host a process can see, and in which order: the environment variable {@code
 * CUDA_VISIBLE_DEVICES} names them by number or UUID, and CUDA counts those named from 0 (CUDA C++
 * Programming Guide, "CUDA Environment Variables").
 *
 * @param names empty if the variable is not set, so that CUDA shows all there are
 */
record VisibleDevices(Optional<List<String>> names) {
  private static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

  /** Those of this process. */
  static VisibleDevices ofThisJvm() {
    return of(Optional.ofNullable(System.getenv(VARIABLE)));
  }

  static VisibleDevices of(Optional<String> variable) {
    return new VisibleDevices(
        variable.map(names -> Arrays.stream(names.split(",", -1)).map(String::strip).toList()));
  }

  /**
   * CUDA's number for a GPU, or empty if the process cannot see it.
   *
   * @param address a number as nvidia-smi has it, or a UUID
   * @param count how many GPUs CUDA shows
   */
  OptionalInt numberOf(String address, int count) {
    return names
        .map(list -> IntStream.range(0, list.size()).filter(i -> isNamedBy(list.get(i), address)))
        .orElseGet(() -> withoutNames(address, count))
        .filter(number -> number < count)
        .findFirst();
  }

  /** The address of the GPU that CUDA has under a number. */
  String addressOf(int number) {
    return names.map(list -> list.get(number)).orElse(String.valueOf(number));
  }

  /** CUDA takes the beginning of a UUID for the whole. */
  private static boolean isNamedBy(String name, String address) {
    return name.equals(address) || (isUuid(name) && address.startsWith(name));
  }

  private static IntStream withoutNames(String address, int count) {
    if (address.matches("\\d{1,4}")) {
      return IntStream.of(Integer.parseInt(address));
    }
    // Nothing says which one a UUID is, unless there is no other.
    return isUuid(address) && count == 1 ? IntStream.of(0) : IntStream.empty();
  }

  /** Of a GPU or of a part of one (MIG). */
  static boolean isUuid(String address) {
    return address.startsWith("GPU-") || address.startsWith("MIG-");
  }

  @Override
  public String toString() {
    return names
        .map(list -> VARIABLE + " is " + String.join(",", list))
        .orElse(VARIABLE + " is not set");
  }
}
