package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.failure.UserErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResumeCheckTest {
  private static final String CHECKPOINT = configuration().text();

  private static ResolvedConfiguration configuration(String... assignments) {
    List<String> all = new ArrayList<>(List.of("run-directory=a", "dataset.path=b"));
    all.addAll(List.of(assignments));
    return ResolvedConfiguration.read(Optional.empty(), all);
  }

  private static void resume(ResolvedConfiguration now) {
    ResumeCheck.between(CHECKPOINT, now).requireSameTraining("hdfs://runs/a", now.assigned());
  }

  @Test
  void goesOnWithTheSameConfiguration() {
    assertThatCode(() -> resume(configuration())).doesNotThrowAnyException();
  }

  @Test
  void goesOnElsewhereAndWithOtherWaits() {
    assertThatCode(
            () ->
                resume(
                    configuration(
                        "run-directory=moved",
                        "model.layers=stock",
                        "device=cpu",
                        "executor-wait=1 hour",
                        "storage.retry-for=1 hour",
                        "evaluation.minimum-accuracy=0.5")))
        .doesNotThrowAnyException();
  }

  @Test
  void namesEverythingThatMakesItAnotherTraining() {
    assertThatThrownBy(() -> resume(configuration("model.width=16", "seed=2")))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot resume hdfs://runs/a: it was started with another configuration:"
                + " training.model.width was 64, is 16; training.seed was 1, is 2; a run directory"
                + " of its own starts another training");
  }

  @Test
  void goesOnWithTheSameGlobalMinibatchOnOtherReplicasIfBothAreNamed() {
    ResolvedConfiguration one = configuration("replicas=1", "optimizer.batch-size=128");
    assertThatCode(() -> resume(one)).doesNotThrowAnyException();
    assertThatThrownBy(
            () -> ResumeCheck.between(CHECKPOINT, one).requireSameTraining("a", Set.of()))
        .hasMessage(
            "Cannot resume a: its configuration changed: training.optimizer.batch-size was 64, is"
                + " 128; training.replicas was 2, is 1; to go on with the change, name it with"
                + " --set");
    assertThatThrownBy(() -> resume(configuration("replicas=1")))
        .hasMessageContaining("another configuration: training.replicas was 2, is 1;");
  }

  @Test
  void doesNotGoOnWithOtherReplicasIfTheirNumberScalesTheStep() {
    String[] one = {"replicas=1", "optimizer.batch-size=128", "gradient-sharing.combine=sum"};
    ResolvedConfiguration before = configuration("gradient-sharing.combine=sum");
    assertThatThrownBy(
            () ->
                ResumeCheck.between(before.text(), configuration(one))
                    .requireSameTraining("a", Set.of()))
        .hasMessageContaining("another configuration: training.optimizer.batch-size was 64");
  }

  @Test
  void changesTheScheduleOfWhoNamesIt() {
    assertThatCode(
            () ->
                resume(configuration("optimizer.epochs=40", "training.optimizer.step.factor=0.5")))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAScheduleThatChangedInAFile() {
    ResolvedConfiguration file =
        ResolvedConfiguration.parse(configuration("optimizer.epochs=40").text(), "a file");
    assertThatThrownBy(() -> resume(file))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot resume hdfs://runs/a: its configuration changed: training.optimizer.epochs was"
                + " 20, is 40; to go on with the change, name it with --set");
  }

  @Test
  void doesNotMissWhatAnOlderVersionDidNotHave() {
    String older = CHECKPOINT.replaceFirst("\"keep-best\" : 1,", "");
    ResolvedConfiguration now = configuration();
    assertThatCode(() -> ResumeCheck.between(older, now).requireSameTraining("run", now.assigned()))
        .doesNotThrowAnyException();
  }
}
