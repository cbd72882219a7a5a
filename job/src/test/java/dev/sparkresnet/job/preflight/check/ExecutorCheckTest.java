package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.preflight.measure.ExecutorCount;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import dev.sparkresnet.job.spark.ExecutorLimit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutorCheckTest {
  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new ExecutorCheck());
  }

  private void call(ExecutorCount.Kind kind, int most, int found) {
    survey.rollCall =
        new ExecutorCount(
            "local[2]",
            kind,
            new ExecutorLimit(most, "spark.executor.instances = " + most),
            found,
            Duration.ofSeconds(9),
            "");
  }

  @Test
  void findsOneForEachReplica() {
    assertThat(check().line()).isEqualTo("executors        ok       2 for 2 replicas");
  }

  @Test
  void failsWithTooFew() {
    call(ExecutorCount.Kind.PROCESSES, 2, 1);
    assertThat(check().line())
        .isEqualTo(
            "executors        FAILED   1 for 2 replicas came within 9 s (training.executor-wait)");
    assertThat(check().cures())
        .containsExactly(
            "Run it again when the cluster has room, raise training.executor-wait, or lower"
                + " training.replicas.");
    assertThat(check().findings()).extracting(Finding::outcome).containsExactly(Outcome.CLUSTER);
  }

  @Test
  void isForItsUserToMendIfThereAreNeverEnough() {
    call(ExecutorCount.Kind.PROCESSES, 1, 1);
    assertThat(check().line())
        .isEqualTo(
            "executors        FAILED   never more than 1 for 2 replicas (spark.executor.instances = 1)");
    assertThat(check().findings()).extracting(Finding::outcome).containsExactly(Outcome.MENDABLE);
  }

  @Test
  void countsThoseThatWillBeIdle() {
    call(ExecutorCount.Kind.PROCESSES, 3, 3);
    assertThat(check().line())
        .isEqualTo("executors        ok       3 for 2 replicas, 1 will be idle");
  }

  @Test
  void failsOnAMasterWithoutExecutors() {
    call(ExecutorCount.Kind.LOCAL, 2, 0);
    assertThat(check().line())
        .isEqualTo("executors        FAILED   master local[2] has no executors");
    assertThat(check().cures())
        .containsExactly(
            "Set --master to a cluster, or to executors of this machine such as"
                + " local-cluster[2,1,3072].");
  }

  @Test
  void failsIfTheyDoNotAnswer() {
    survey.rollCall = survey.rollCall.silent("hangs: not all executors answered within 90 s");
    assertThat(check().line())
        .isEqualTo("executors        FAILED   hangs: not all executors answered within 90 s");
    assertThat(check().cures())
        .containsExactly(
            "Read the logs of the executors; if they ran out of memory, raise"
                + " spark.executor.memory or spark.executor.memoryOverhead.");
  }

  @Test
  void failsIfTwoReplicasShareOne() {
    ProcessFacts same = survey.first.facts();
    Survey twice =
        new Survey(
            survey.plan,
            survey.rollCall,
            List.of(survey.driver.facts(), same, same),
            List.of(),
            List.of(),
            List.of(),
            survey.curve);
    CheckResult result = CheckResult.of(new ExecutorCheck(), twice);
    assertThat(result.line())
        .isEqualTo(
            "executors        FAILED   executor 0 on b: two replicas would share this executor");
    assertThat(result.cures())
        .containsExactly(
            "Set spark.task.cpus to spark.executor.cores (submit/job.sh --executor-cores sets"
                + " both).");
  }
}
