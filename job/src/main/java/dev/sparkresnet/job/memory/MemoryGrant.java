package dev.sparkresnet.job.memory;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory that a process of a run is given: what Spark's settings say and, where they say
 * nothing, what the process needs.
 *
 * @param heapBytes the heap
 * @param overheadBytes everything else of the process
 * @param offHeapBytes the part of it that ND4J's arrays may take, for {@code javacpp.maxbytes}; the
 *     rest of it is at least what the JVM and others need
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
   * The heap that settings of Spark give a process, if they do, in bytes.
   *
   * @param role {@code driver} or {@code executor}
   * @throws UserErrorException if it is no size
   */
  public static Optional<Long> givenHeap(String role, Map<String, String> spark) {
    return new Applicant(role, new ProcessMemory(List.of(), 0, 0), spark).givenHeap();
  }

  /**
   * A process that asks for memory.
   *
   * @param role what Spark calls it
   */
  private record Applicant(String role, ProcessMemory need, Map<String, String> spark) {

    MemoryGrant grant() {
      long heap =
          heap()
              .map(found -> atLeast(need.heapBytes(), "for its heap", found, GIVE_MORE))
              .orElse(roundedUp(need.heapBytes()));
      Optional<Long> arrays =
          flag("maxbytes")
              .map(found -> atLeast(need.offHeapBytes(), "for its arrays", found, FEWER_IMAGES));
      Optional<Long> process =
          flag("maxphysicalbytes")
              .map(found -> atLeast(need.bytes(heap), "in all", found, FEWER_IMAGES));
      long overhead =
          given("memoryOverhead", MemoryUnits::mebibytes)
              .or(() -> share(heap))
              .map(found -> atLeast(need.overheadBytes(), "beside its heap", found, FEWER_IMAGES))
              .or(() -> process.map(bytes -> bytes - heap))
              .orElseGet(() -> arrays.orElse(need.offHeapBytes()) + besideArrays());
      long room = overhead - besideArrays();
      return new MemoryGrant(
          heap,
          overhead,
          arrays.map(limit -> Math.min(limit, room)).orElse(room),
          process.orElse(heap + overhead));
    }

    private Optional<Found> heap() {
      return given("memory", MemoryUnits::mebibytes);
    }

    Optional<Long> givenHeap() {
      return heap().map(Found::bytes);
    }

    /** What neither the heap nor the arrays are. */
    private long besideArrays() {
      return need.overheadBytes() - need.offHeapBytes();
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
                  "%s in %s".formatted(flag.group(1), key), () -> MemoryUnits.bytes(flag.group(2))))
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
