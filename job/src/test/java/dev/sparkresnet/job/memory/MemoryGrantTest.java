package dev.sparkresnet.job.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryGrantTest {
  private static final long MEBIBYTE = 1 << 20;

  /** An executor needs 1000 MB of heap, 300 of arrays, 20 of workspaces and 10 more of them. */
  private static final MemoryPlan PLAN =
      new MemoryPlan(process(1000, 300, 20, 10), process(1100, 200, 0, 5), 0);

  private static ProcessMemory process(long heap, long arrays, long workspaces, long more) {
    return new ProcessMemory(
        List.of(new ProcessMemory.Part("arrays", arrays * MEBIBYTE)),
        (workspaces + more) * MEBIBYTE,
        heap * MEBIBYTE);
  }

  private static MemoryGrant grant(long heap, long overhead, long arrays, long process) {
    return new MemoryGrant(
        heap * MEBIBYTE, overhead * MEBIBYTE, arrays * MEBIBYTE, process * MEBIBYTE);
  }

  @Test
  void isTheNeedWhereNothingIsSaid() {
    assertThat(MemoryGrant.ofExecutor(PLAN, Map.of()))
        .isEqualTo(grant(1024, 300 + 20 + 640 + 10, 300, 1024 + 970));
    assertThat(MemoryGrant.ofDriver(PLAN, Map.of())).isEqualTo(grant(1280, 845, 200, 2125));
  }

  @Test
  void arraysGetWhatIsGivenBeyondTheNeed() {
    Map<String, String> spark =
        Map.of("spark.executor.memory", "2g", "spark.executor.memoryOverhead", "1070");
    assertThat(MemoryGrant.ofExecutor(PLAN, spark)).isEqualTo(grant(2048, 1070, 400, 3118));
  }

  @Test
  void overheadMayBeAShareOfTheHeap() {
    Map<String, String> spark =
        Map.of("spark.executor.memory", "2g", "spark.executor.memoryOverheadFactor", "0.5");
    assertThat(MemoryGrant.ofExecutor(PLAN, spark)).isEqualTo(grant(2048, 1024, 354, 3072));
  }

  @Test
  void flagsOfJavaCppStand() {
    Map<String, String> spark =
        Map.of(
            "spark.executor.extraJavaOptions",
            "-Xss1m -Dorg.bytedeco.javacpp.maxbytes=1G"
                + " -Dorg.bytedeco.javacpp.maxphysicalbytes=4096m");
    assertThat(MemoryGrant.ofExecutor(PLAN, spark)).isEqualTo(grant(1024, 3072, 1024, 4096));
  }

  @Test
  void arraysGetNoMoreThanTheProcessLeavesThem() {
    Map<String, String> spark =
        Map.of(
            "spark.executor.memory",
            "3g",
            "spark.executor.extraJavaOptions",
            "-Dorg.bytedeco.javacpp.maxbytes=6G -Dorg.bytedeco.javacpp.maxphysicalbytes=8G");
    assertThat(MemoryGrant.ofExecutor(PLAN, spark)).isEqualTo(grant(3072, 5120, 5120 - 670, 8192));
  }

  @Test
  void theProcessHasRoomForTheArraysThatAreAllowed() {
    Map<String, String> spark =
        Map.of("spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.maxbytes=1g");
    assertThat(MemoryGrant.ofExecutor(PLAN, spark))
        .isEqualTo(grant(1024, 1024 + 670, 1024, 2048 + 670));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          memory               | 900m | it needs 1000 MB for its heap, spark.executor.memory = 900m is 900 MB; give it more
          memoryOverhead       | 512  | it needs 970 MB beside its heap, spark.executor.memoryOverhead = 512 is 512 MB; make training.optimizer.batch-size smaller or give it more
          memoryOverheadFactor | 0.1  | it needs 970 MB beside its heap, spark.executor.memoryOverheadFactor = 0.1 is 102 MB; make training.optimizer.batch-size smaller or give it more
          extraJavaOptions     | -Dorg.bytedeco.javacpp.maxbytes=200m | it needs 300 MB for its arrays, -Dorg.bytedeco.javacpp.maxbytes=200m in spark.executor.extraJavaOptions is 200 MB; make training.optimizer.batch-size smaller or give it more
          extraJavaOptions     | -Dorg.bytedeco.javacpp.maxphysicalbytes=1g | it needs 1994 MB in all, -Dorg.bytedeco.javacpp.maxphysicalbytes=1g in spark.executor.extraJavaOptions is 1024 MB; make training.optimizer.batch-size smaller or give it more
          memory               | much | spark.executor.memory = much is not a size
          memoryOverheadFactor | some | spark.executor.memoryOverheadFactor = some is not a size
          """)
  void refusesWhatIsNotEnough(String name, String value, String why) {
    assertThatThrownBy(() -> MemoryGrant.ofExecutor(PLAN, Map.of("spark.executor." + name, value)))
        .isInstanceOf(UserErrorException.class)
        .hasMessage("Cannot give the executor its memory: " + why);
  }

  @Test
  void refusesMoreExecutorsThanAMachineHasRoomFor() {
    long driver = 1280 * MEBIBYTE;
    long executor = 1024 * MEBIBYTE;
    PLAN.requireRoom(driver, executor, 2, 6113 * MEBIBYTE);
    assertThatThrownBy(() -> PLAN.requireRoom(driver, executor, 2, 6112 * MEBIBYTE))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot run 2 executors and their driver on this machine: they may take 6113 MB, it has"
                + " 6112 MB; make training.replicas or training.optimizer.batch-size smaller, or"
                + " use a cluster");
  }
}
