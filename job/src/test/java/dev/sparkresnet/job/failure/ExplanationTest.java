package dev.sparkresnet.job.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.job.FullDisk;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationTest {
  private static UserErrorException mendable() {
    return new UserErrorException("Cannot train: no room");
  }

  static Stream<Throwable> wrapped() {
    return Stream.of(
        mendable(),
        new RuntimeException(mendable()),
        new InvocationTargetException(mendable()),
        new UndeclaredThrowableException(mendable()),
        new ExecutionException(mendable()),
        new CompletionException(new ExecutionException(mendable())),
        new UncheckedIOException(new IOException(mendable())),
        new SparkException("Job aborted due to stage failure", mendable()),
        new ExceptionInInitializerError(mendable()),
        new IllegalStateException("Cannot finish it: no room", mendable()));
  }

  @ParameterizedTest
  @MethodSource("wrapped")
  void findsTheKindThroughAnyNumberOfWrappers(Throwable failure) {
    assertThat(Explanation.of(failure, "train"))
        .isEqualTo(new Explanation(Outcome.MENDABLE, "Cannot train: no room"));
  }

  /** What a message says decides nothing. */
  @Test
  void doesNotReadTheKindFromText() {
    assertThat(
            Explanation.of(
                new SparkException(
                    "Lost task: dev.sparkresnet.job.failure.UserErrorException: Cannot train: x",
                    null),
                "train"))
        .extracting(Explanation::outcome, Explanation::runAgain)
        .containsExactly(Outcome.FAILED, Outcome.Again.LATER);
  }

  @Test
  void namesAHostThatIsNotKnown() {
    Throwable failure =
        new RuntimeException(
            new InvocationTargetException(
                new IllegalArgumentException(new UnknownHostException("nn.test"))));
    assertThat(Reason.of(failure)).isEqualTo("unknown host: nn.test");
    assertThat(Explanation.of(failure, "train").reason())
        .isEqualTo(
            "Cannot complete train: UnknownHostException: nn.test (--stacktrace shows where)");
  }

  @Test
  void aFullLocalDiskIsAMatterOfStorage() throws IOException {
    assertThat(Explanation.of(FullDisk.error(), "export"))
        .isEqualTo(
            new Explanation(Outcome.STORAGE, "Cannot complete export: No space left on device"));
  }

  @Test
  void wantOfMemoryNamesWhatToRaise() {
    assertThat(
            Explanation.of(new RuntimeException(new OutOfMemoryError("Java heap space")), "train"))
        .isEqualTo(
            new Explanation(
                Outcome.MENDABLE,
                "Cannot complete train: this process is out of memory: Java heap space; give it"
                    + " more, the driver by spark.driver.memory and spark.driver.memoryOverhead"));
  }

  @Test
  void imagesWhoseServerIsAwayMayBeThereLater() {
    assertThat(
            Explanation.of(
                    InvalidDatasetException.cannotRead(
                        "hdfs://nn/d", new IOException(new ConnectException("refused"))),
                    "train")
                .outcome())
        .isEqualTo(Outcome.STORAGE);
    assertThat(
            Explanation.of(
                    InvalidDatasetException.cannotRead(
                        "hdfs://nn/d", new FileNotFoundException("data_batch_1.bin")),
                    "train")
                .outcome())
        .isEqualTo(Outcome.MENDABLE);
  }

  @Test
  void anErrorCanBeThrownOnAsAnExceptionThatMeansTheSame() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    Explanation explanation = Explanation.of(error, "train");
    assertThat(Explanation.of(explanation.toException(error), "train")).isEqualTo(explanation);
    RuntimeException mendable = mendable();
    assertThat(explanation.toException(mendable)).isSameAs(mendable);
  }

  @Test
  void causesInACircleHaveAnEnd() {
    RuntimeException one = new RuntimeException("one");
    one.initCause(new RuntimeException("other", one));
    assertThat(Explanation.of(one, "train").outcome()).isEqualTo(Outcome.FAILED);
  }
}
