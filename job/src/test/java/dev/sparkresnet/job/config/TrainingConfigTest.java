package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  @Test
  void defaultsEqualTheReference() {
    TrainingConfig training = ConfigurationOnDisk.read();
    assertThat(training.runDirectory()).isEqualTo("runs/a");
    assertThat(training.seed()).isEqualTo(1);
    assertThat(training.replicas()).isEqualTo(2);
    assertThat(training.master()).isEqualTo(TrainingConfig.Master.GRADIENT_SHARING);
    assertThat(training.device()).isEqualTo(TrainingConfig.Device.AUTO);
    assertThat(training.executorWait()).isEqualTo(Duration.ofMinutes(2));
    assertThat(training.logEverySteps()).isEqualTo(100);
  }

  @Test
  void readsEveryKey() {
    TrainingConfig training =
        ConfigurationOnDisk.read(
            "training.run-directory = \"s3a://bucket/run\"",
            "training.seed = -9223372036854775808",
            "training.replicas = 8",
            "training.master = parameter-averaging",
            "training.device = gpu",
            "training.executor-wait = 10 minutes",
            "training.log-every-steps = 5");
    assertThat(training.runDirectory()).isEqualTo("s3a://bucket/run");
    assertThat(training.seed()).isEqualTo(Long.MIN_VALUE);
    assertThat(training.replicas()).isEqualTo(8);
    assertThat(training.master()).isEqualTo(TrainingConfig.Master.PARAMETER_AVERAGING);
    assertThat(training.device()).isEqualTo(TrainingConfig.Device.GPU);
    assertThat(training.executorWait()).isEqualTo(Duration.ofMinutes(10));
    assertThat(training.logEverySteps()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run-directory   | " "                 | must not be empty, found " "
          run-directory   | "hdfs://me:secret@host/x" | must not hold a password; keep it in a Hadoop credential provider or in a properties file that only you can read (submit/job.sh --properties-file), found "hdfs://***@host/x"
          run-directory   | null                | must be a text, found null
          seed            | 9223372036854775808 | must be a whole number, found "9223372036854775808"
          seed            | 0.5                 | must be a whole number, found 0.5
          replicas        | 0                   | must be at least 1, found 0
          master          | none                | must be gradient-sharing or parameter-averaging, found "none"
          device          | cuda                | must be auto or cpu or gpu, found "cuda"
          executor-wait   | 120                 | must be a duration with its unit, such as 90 seconds, and not negative, found 120
          log-every-steps | 0                   | must be at least 1, found 0
          dataset         | 1                   | must be a block, found 1
          """)
  void saysWhatIsWrong(String key, String value, String problem) {
    assertThat(ConfigurationOnDisk.problems("training." + key + " = " + value))
        .isEqualTo(ConfigurationOnDisk.onLine3(key, problem));
  }

  @Test
  void acceptsTheLargestSeed() {
    assertThat(ConfigurationOnDisk.read("training.seed = 9223372036854775807").seed())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void travelsToExecutors() throws IOException, ClassNotFoundException {
    TrainingConfig training = ConfigurationOnDisk.read();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(training);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(training);
    }
  }

  @Test
  void refusesRecordsThatDoNotFitTogether() {
    TrainingConfig training = ConfigurationOnDisk.read();
    assertThatThrownBy(
            () ->
                new TrainingConfig(
                    "runs/a",
                    1,
                    500,
                    TrainingConfig.Master.GRADIENT_SHARING,
                    TrainingConfig.Device.AUTO,
                    Duration.ofMinutes(2),
                    Duration.ZERO,
                    Duration.ofSeconds(25),
                    100,
                    training.dataset(),
                    training.model(),
                    training.optimizer(),
                    training.gradientSharing(),
                    training.parameterAveraging(),
                    training.checkpoint(),
                    training.recovery(),
                    training.storage(),
                    training.watchdog(),
                    training.batchNorm(),
                    training.evaluation()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "gradient-sharing.port-range: must hold a port for each of 500 replicas, found 40123-40323");
  }
}
