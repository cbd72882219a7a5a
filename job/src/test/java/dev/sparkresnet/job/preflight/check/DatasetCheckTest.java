package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.preflight.measure.Images;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Measurement;
import dev.sparkresnet.job.preflight.measure.TestConfiguration;
import dev.sparkresnet.job.preflight.measure.TestProcess;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckTest {
  private static final String CURE =
      "Put whole images where every host can read them (submit/job.sh stage-dataset) and set"
          + " training.dataset.path.";
  private static final int RECORD = 3073;

  @TempDir private Path directory;

  private final TestSurvey survey = new TestSurvey();
  private String images;

  @BeforeEach
  void generateImages() {
    images = directory.resolve("images").toString();
    SyntheticCifar.generate(new Configuration(), images, 11, 3, 5);
  }

  private CheckResult check() {
    return survey.check(new DatasetCheck());
  }

  private Measured<Images> look(String... settings) {
    return look(Duration.ofMinutes(1), settings);
  }

  private Measured<Images> look(Duration bound, String... settings) {
    TrainingConfig config = configuration(settings);
    return Measurement.start("dataset", bound, () -> Images.look(config, new Configuration()))
        .finish();
  }

  private Measured<Images> read(int share) {
    return read(share, Duration.ofMinutes(1));
  }

  private Measured<Images> read(int share, Duration atMost) {
    TrainingConfig config = configuration();
    return Measurement.start(
            "dataset",
            Duration.ofMinutes(1),
            () ->
                Images.read(config, config.dataset().path(), new Configuration(), share, 2, atMost))
        .finish();
  }

  private TrainingConfig configuration(String... settings) {
    String[] all = new String[settings.length + 1];
    all[0] = "dataset.path=" + images;
    System.arraycopy(settings, 0, all, 1, settings.length);
    return TestConfiguration.with(all);
  }

  private Path truncate(long bytes) throws IOException {
    Path batch = Path.of(images, "data_batch_1.bin");
    try (FileChannel channel = FileChannel.open(batch, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
    return batch;
  }

  @Test
  void findsAllImagesAndTheExecutorsReadEachOnce() throws IOException {
    survey.driver.images = look();
    survey.first.images = read(0);
    survey.second.images = read(1);
    assertThat(check().line()).isEqualTo("dataset          ok       11 training and 3 test images");
    assertThat(survey.first.images.orThrow().read() + survey.second.images.orThrow().read())
        .isEqualTo(14);
  }

  @Test
  void readsASampleOfMoreThanItHasTimeFor() throws IOException {
    images = directory.resolve("many").toString();
    SyntheticCifar.generate(new Configuration(), images, 2_000, 300, 5);
    survey.driver.images = look();
    survey.first.images = read(0, Duration.ZERO);
    survey.second.images = read(1, Duration.ZERO);
    assertThat(check().line())
        .isEqualTo(
            "dataset          ok       2000 training and 300 test images, of which 4 were read for a"
                + " sample");
  }

  @Test
  void warnsOfImagesThatCanHardlyBeMeant() throws IOException {
    images = directory.resolve("zero").toString();
    Files.createDirectory(Path.of(images));
    Files.write(Path.of(images, "data_batch_1.bin"), new byte[40 * RECORD]);
    Files.write(Path.of(images, "test_batch.bin"), new byte[RECORD]);
    survey.driver.images = look();
    survey.first.images = read(0);
    survey.second.images = read(1);
    assertThat(check().line())
        .isEqualTo(
            "dataset          warning  of the training images that were read all 40 have label 0; of"
                + " the training images that were read all 40 are the same image; of the training"
                + " images that were read 40 of 40 are blank, as black images are");
    assertThat(check().cures())
        .containsExactly(
            "Look at the files of training.dataset.path: were they written as they should be?");
  }

  @Test
  void failsOnATruncatedFile() throws IOException {
    truncate(2 * RECORD - 1);
    survey.driver.images = look();
    assertThat(check().line())
        .isEqualTo(
            "dataset          FAILED   driver on a: Cannot read dataset file:%s: data_batch_1.bin has"
                    .formatted(images)
                + " 6145 bytes, which is not a multiple of 3073");
    assertThat(check().cures()).containsExactly(CURE);
  }

  /** Hadoop keeps a checksum beside each local file, as HDFS does for each block. */
  @Test
  void failsOnABitThatIsNotWhatWasWritten() throws IOException {
    Path batch = Path.of(images, "data_batch_1.bin");
    byte[] bytes = Files.readAllBytes(batch);
    bytes[RECORD + 7] ^= 1;
    Files.write(batch, bytes);
    survey.first.images = read(0);
    assertThat(check().line())
        .startsWith(
            "dataset          FAILED   executor 0 on b: Cannot read dataset file:%s: Checksum error"
                .formatted(images));
    assertThat(check().cures()).containsExactly(CURE);
  }

  @Test
  void failsIfThereIsNone() {
    images = directory.resolve("missing").toString();
    survey.second.images = read(1);
    assertThat(check().line())
        .isEqualTo(
            "dataset          FAILED   executor 1 on b: Cannot read dataset %s: it does not exist"
                .formatted(images));
  }

  @Test
  void failsIfAnExecutorFindsOthersThanTheDriver() {
    survey.driver.images = look();
    survey.first.images = TestProcess.images(12, 3);
    survey.second.images = survey.driver.images;
    assertThat(check().line())
        .isEqualTo(
            "dataset          FAILED   executor 0 on b: 12 training and 3 test images, the driver"
                + " finds 11 and 3");
    assertThat(check().cures()).containsExactly(CURE);
  }

  @Test
  void failsIfThereAreFewerThanTheLimit() {
    survey.driver.images = look("dataset.train-limit=200");
    assertThat(check().line())
        .isEqualTo(
            "dataset          FAILED   driver on a: Cannot read dataset file:%s: the limit of 200 is"
                    .formatted(images)
                + " above the 11 training examples that are there");
  }

  @Test
  void failsIfThereIsNotOneForEachReplica() {
    survey.driver.images = look("replicas=12");
    assertThat(check().line())
        .isEqualTo(
            "dataset          FAILED   driver on a: Cannot share out 11 examples over 12 replicas:"
                + " each needs at least one");
  }

  /** Nobody writes into the pipe, so that who opens it waits for ever. */
  @Test
  void failsIfTheFileSystemHangs() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    images = pipe.toString();
    survey.driver.images = look(Duration.ofMillis(100));
    assertThat(check().line())
        .isEqualTo("dataset          FAILED   driver on a: hangs: no result within 0.1 s");
    assertThat(check().cures()).containsExactly(CURE);
  }
}
