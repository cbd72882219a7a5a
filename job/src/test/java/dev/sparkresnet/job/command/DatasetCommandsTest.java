package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCommandsTest {
  private static final int RECORD_BYTES = 3073;

  @TempDir Path directory;

  private CommandRun generate(String name) {
    return CommandRun.of(
        "generate-dataset", "--train", "50", "--test", "20", directory.resolve(name).toString());
  }

  @Test
  void generatesADataset() {
    Path data = directory.resolve("data");
    assertThat(generate("data"))
        .isEqualTo(new CommandRun(0, "Wrote 50 training and 20 test images to " + data + "\n", ""));
    assertThat(data.resolve("data_batch_5.bin")).hasSize(10 * RECORD_BYTES);
    assertThat(data.resolve("test_batch.bin")).hasSize(20 * RECORD_BYTES);
  }

  @Test
  void neverOverwritesADataset() {
    generate("data");
    assertThat(generate("data"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "Cannot write dataset "
                    + directory.resolve("data")
                    + ": the directory is not empty\n"));
  }

  @Test
  void stagesADirectory() throws IOException {
    generate("data");
    Path target = directory.resolve("staged");
    CommandRun run =
        CommandRun.of("stage-dataset", directory.resolve("data").toString(), target.toString());
    assertThat(run).isEqualTo(new CommandRun(0, "Staged file:" + target + "\n", ""));
    assertThat(Files.readAllBytes(target.resolve("test_batch.bin")))
        .isEqualTo(Files.readAllBytes(directory.resolve("data/test_batch.bin")));
  }

  @Test
  void namesWhatIsNoDataset() throws IOException {
    Path archive = Files.writeString(directory.resolve("other.tar.gz"), "<!DOCTYPE html><html>");
    Path target = directory.resolve("target.tar.gz");
    assertThat(CommandRun.of("stage-dataset", archive.toString(), target.toString()))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "Cannot read dataset file:%s: it is a web page that was saved under the name of an"
                        .formatted(archive)
                    + " archive: fetch it again, submit/job.sh stage-dataset --download TARGET"
                    + " does\n"));
    assertThat(target).doesNotExist();
  }

  @Test
  void warnsOfBlankImages() throws IOException {
    generate("data");
    Files.write(directory.resolve("data/test_batch.bin"), new byte[RECORD_BYTES * 20]);
    Files.delete(directory.resolve("data/.test_batch.bin.crc"));
    Path target = directory.resolve("staged");
    CommandRun run =
        CommandRun.of("stage-dataset", directory.resolve("data").toString(), target.toString());
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                0,
                "Staged file:" + target + "\n",
                """
                Warning: of the test images all 20 have label 0
                Warning: of the test images all 20 are the same image
                Warning: of the test images 20 of 20 are blank, as black images are
                """));
  }

  @Test
  void saysThatTheSourceIsMissing() {
    Path source = directory.resolve("absent");
    Path target = directory.resolve("target");
    assertThat(CommandRun.of("stage-dataset", source.toString(), target.toString()))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "Cannot stage dataset %s to %s: it does not exist\n".formatted(source, target)));
  }

  @Test
  void refusesAnAddressThatIsNone() {
    CommandRun run = CommandRun.of("stage-dataset", "--download", "a b", "target");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("Cannot run submit/job.sh stage-dataset: not an address: 'a b'\n");
  }
}
