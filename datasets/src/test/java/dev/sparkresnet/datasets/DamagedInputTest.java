package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedInputTest {
  private static final int TRIALS = 150;

  private final Configuration configuration = CifarFiles.configuration();
  private final Random random = new Random(20);

  @TempDir private Path directory;

  @Test
  void aDirectoryWithOneDamagedFileIsRefusedInOneLine() throws IOException {
    byte[] good = CifarFiles.records(4, 1);
    for (int trial = 0; trial < TRIALS; trial++) {
      CifarFiles.writeDirectory(directory, 4, 4, 4);
      String file =
          List.of("data_batch_1.bin", "data_batch_2.bin", "test_batch.bin").get(trial % 3);
      Files.write(directory.resolve(file), damagedBatch(good));

      assertThat(failure(directory)).as("trial %d", trial).isNotNull();
    }
  }

  @Test
  void aDamagedArchiveIsRefusedInOneLineOrReadsAsBefore() throws IOException {
    byte[] good = CifarFiles.Archive.bytesOf(CifarFiles.records(4, 1), CifarFiles.records(4, 2));
    Path file = directory.resolve("archive.tar.gz");
    int refused = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Files.write(file, damagedArchive(good));
      if (failure(file) != null) {
        refused++;
      }
    }
    // A bit of the gzip header, such as its time stamp, may be any.
    assertThat(refused).isGreaterThan(TRIALS * 9 / 10);
  }

  @Test
  void anArchiveWithDamagedTarHeadersIsRefusedInOneLineOrRead() throws IOException {
    byte[] good =
        new GZIPInputStream(
                new ByteArrayInputStream(
                    CifarFiles.Archive.bytesOf(CifarFiles.records(1, 1), CifarFiles.records(1, 2))))
            .readAllBytes();
    Path file = directory.resolve("archive.tar.gz");
    int refused = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      byte[] tar = good.clone();
      for (int change = 0; change < 1 + random.nextInt(3); change++) {
        tar[random.nextInt(512)] = (byte) random.nextInt(256);
      }
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(tar);
      }
      if (failure(file) != null) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(TRIALS / 10);
  }

  /** Returns a batch that is too short, too long, or has a bad label. */
  private byte[] damagedBatch(byte[] good) {
    return switch (random.nextInt(4)) {
      case 0 ->
          Arrays.copyOf(good, random.nextInt(good.length / 3073) * 3073 + random.nextInt(3073));
      case 1 -> Arrays.copyOf(good, good.length + 1 + random.nextInt(3072));
      case 2 -> new byte[0];
      default -> {
        byte[] bad = good.clone();
        bad[random.nextInt(4) * 3073] = (byte) (10 + random.nextInt(246));
        yield bad;
      }
    };
  }

  private byte[] damagedArchive(byte[] good) {
    if (random.nextBoolean()) {
      return Arrays.copyOf(good, random.nextInt(good.length));
    }
    byte[] bad = good.clone();
    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
    return bad;
  }

  /** Returns the message of the refusal, or null if everything could be read. */
  private String failure(Path path) {
    try {
      CifarDataset dataset = CifarDataset.open(configuration, path.toUri().toString());
      for (Split split : Split.values()) {
        for (Slice slice : dataset.slices(split, 0, 2)) {
          slice.read(configuration).forEachRemaining(record -> {});
        }
      }
      return null;
    } catch (InvalidDatasetException e) {
      assertThat(e.getMessage()).startsWith("Cannot read dataset file:").doesNotContain("\n");
      return e.getMessage();
    }
  }
}
