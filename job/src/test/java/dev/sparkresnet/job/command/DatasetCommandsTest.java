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
  void refusesAnArchiveWithAnotherChecksum() throws IOException {
    Path archive = Files.writeString(directory.resolve("other.tar.gz"), "not the archive");
    Path target = directory.resolve("target.tar.gz");
    assertThat(CommandRun.of("stage-dataset", archive.toString(), target.toString()))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "Cannot stage dataset %s to %s: its MD5 is %s, not %s\n"
                    .formatted(
                        archive,
                        target,
                        "faad6fe8d15940921af14a21e4af226d",
                        "c32a1d4ab5d03f1284b67883e8d87530")));
    assertThat(target).doesNotExist();
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
