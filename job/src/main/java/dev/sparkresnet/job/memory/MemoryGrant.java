package dev.sparkresnet.job.memory;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.network.util.JavaUtils;

/**
 * The memory that a process of a run is given: what Spark's settings say and, where they say
 * nothing, what the process needs.
 *
 * @param heapBytes the heap
 * @param overheadBytes everything else of the process
 * @param offHeapBytes the part of it that ND4J's arrays may take, for {@code javacpp.maxbytes}
 * @param processBytes what the process may take in all, for {@code javacpp.maxphysicalbytes}
 */
public record MemoryGrant(
    long heapBytes, long overheadBytes, long offHeapBytes, long processBytes) {
  private static final long HEAP_STEP = 256L << 20;
  private static final String FEWER_IMAGES =
      "make training.optimizer.batch-size smaller or give it more";
  private static final String GIVE_MORE = "give it more";

  /**
   * The memory of an executor.
   *
   * @param spark settings of Spark that were made
   * @throws UserErrorException if they give less than the executor needs
   */
  public static MemoryGrant ofExecutor(MemoryPlan plan, Map<String, String> spark) {
    return new Applicant("executor", plan.executor(), spark).grant();
  }

  /** The memory of the driver, as {@link #ofExecutor}. */
  public static MemoryGrant ofDriver(MemoryPlan plan, Map<String, String> spark) {
    return new Applicant("driver", plan.driver(), spark).grant();
  }

  /**
   * Refuses executors of this machine that have no room on it.
   *
   * @param machineBytes memory of the machine, or of the container
   */
  public static void requireRoom(
      MemoryGrant driver, MemoryGrant executor, int executors, long machineBytes) {
    long needed = driver.processBytes + executors * executor.processBytes;
    if (needed > machineBytes) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot run %d executors and their driver on this machine: they may take %d MB, it has"
                  + " %d MB; make training.replicas or training.optimizer.batch-size smaller, or use"
                  + " a cluster",
              executors,
              MemoryUnits.mebibytes(needed),
              machineBytes >> 20));
    }
  }

  /**
   * A process that asks for memory.
   *
   * @param role what Spark calls it
   */
  private record Applicant(String role, ProcessMemory need, Map<String, String> spark) {

    MemoryGrant grant() {
      long heap =
          given("memory", JavaUtils::byteStringAsMb)
              .map(found -> atLeast(need.heapBytes(), "for its heap", found, GIVE_MORE))
              .orElse(roundedUp(need.heapBytes()));
      long overhead =
          given("memoryOverhead", JavaUtils::byteStringAsMb)
              .or(() -> share(heap))
              .map(found -> atLeast(need.overheadBytes(), "beside its heap", found, FEWER_IMAGES))
              .orElse(need.overheadBytes());
      long surplus = overhead - need.overheadBytes();
      long offHeap =
          flag("maxbytes")
              .map(found -> atLeast(need.offHeapBytes(), "for its arrays", found, FEWER_IMAGES))
              .orElse(need.offHeapBytes() + surplus);
      long process =
          flag("maxphysicalbytes")
              .map(found -> atLeast(need.bytes(heap), "in all", found, FEWER_IMAGES))
              .orElse(heap + overhead);
      return new MemoryGrant(heap, overhead, offHeap, process);
    }

    private static long roundedUp(long bytes) {
      return (bytes + HEAP_STEP - 1) / HEAP_STEP * HEAP_STEP;
    }

    private Optional<Found> given(String name, ToLongFunction<String> mebibytes) {
      String key = "spark.%s.%s".formatted(role, name);
      return Optional.ofNullable(spark.get(key))
          .map(value -> found(key + " = " + value, () -> mebibytes.applyAsLong(value) << 20));
    }

    private Optional<Found> share(long heap) {
      String key = "spark.%s.memoryOverheadFactor".formatted(role);
      return Optional.ofNullable(spark.get(key))
          .map(
              value -> found(key + " = " + value, () -> (long) (heap * Double.parseDouble(value))));
    }

    private Optional<Found> flag(String name) {
      String key = "spark.%s.extraJavaOptions".formatted(role);
      Matcher flag =
          Pattern.compile("(?:^|\\s)(-Dorg\\.bytedeco\\.javacpp\\.%s=(\\S+))".formatted(name))
              .matcher(spark.getOrDefault(key, ""));
      return flag.find()
          ? Optional.of(
              found(
                  "%s in %s".formatted(flag.group(1), key),
                  () -> JavaUtils.byteStringAsBytes(flag.group(2))))
          : Optional.empty();
    }

    private Found found(String setting, LongSupplier bytes) {
      try {
        return new Found(setting, bytes.getAsLong());
      } catch (NumberFormatException e) {
        throw new UserErrorException(
            "Cannot give the %s its memory: %s is not a size".formatted(role, setting), e);
      }
    }

    private long atLeast(long needed, String what, Found found, String cure) {
      if (found.bytes < needed) {
        throw new UserErrorException(
            String.format(
                Locale.ROOT,
                "Cannot give the %s its memory: it needs %d MB %s, %s is %d MB; %s",
                role,
                MemoryUnits.mebibytes(needed),
                what,
                found.setting,
                found.bytes >> 20,
                cure));
      }
      return found.bytes;
    }
  }

  private record Found(String setting, long bytes) {}
}
