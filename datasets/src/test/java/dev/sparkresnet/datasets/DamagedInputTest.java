package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedInputTest {
  private static final int TRIALS = Integer.getInteger("hostile.inputs", 150);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final long MOST_ALLOCATED_BYTES = 64 << 20;

  private static final List<String> HOSTILE_NAMES =
      List.of(
          "../data_batch_1.bin",
          "../../../../tmp/hostile",
          "/etc/hostile",
          "cifar-10-batches-bin/../../data_batch_2.bin",
          "./../hostile",
          "a\u0001\u001b[2J\u009b\n",
          "a/".repeat(3_000) + "b",
          "..");

  private static final byte[] KINDS = {
    TarConstants.LF_SYMLINK,
    TarConstants.LF_LINK,
    TarConstants.LF_CHR,
    TarConstants.LF_BLK,
    TarConstants.LF_FIFO,
    TarConstants.LF_DIR,
    TarConstants.LF_CONTIG,
    TarConstants.LF_GNUTYPE_SPARSE
  };

  private static final List<String> PAX_HEADERS =
      List.of(
          "path=data_batch_1.bin",
          "path=../data_batch_1.bin",
          "linkpath=/etc/passwd",
          "size=99999999999999999999",
          "size=9000000000000000000",
          "size=-1",
          "size=NaN",
          "size=1e9",
          "mtime=1e999999999",
          "GNU.sparse.major=1",
          "GNU.sparse.realsize=9000000000000000000",
          "GNU.sparse.map=0,9000000000000000000",
          "GNU.sparse.numblocks=2147483647",
          "uid=99999999999999999999",
          "a\u0000b=c");

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

  @Test
  void anArchiveWithHostileEntriesIsRefusedInOneLineOrReadWithoutThem() throws IOException {
    Path inner = Files.createDirectories(directory.resolve("inner"));
    Path file = inner.resolve("archive.tar.gz");
    int refused = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
        archive.file("data_batch_1.bin", CifarFiles.records(1, 1));
        addHostileEntry(archive);
        archive.file("test_batch.bin", CifarFiles.records(1, 2));
        addHostileEntry(archive);
      }
      if (failure(file) != null) {
        refused++;
      }
      try (Stream<Path> files = Files.walk(directory)) {
        assertThat(files).containsExactlyInAnyOrder(directory, inner, file);
      }
    }
    assertThat(refused).isBetween(TRIALS / 3, TRIALS * 9 / 10);
  }

  private void addHostileEntry(CifarFiles.Archive archive) throws IOException {
    String name = HOSTILE_NAMES.get(random.nextInt(HOSTILE_NAMES.size()));
    String batch = BatchFiles.NAMES.get(random.nextInt(BatchFiles.NAMES.size()));
    switch (random.nextInt(6)) {
      case 0 -> archive.file(name, CifarFiles.records(1, 3));
      case 1 -> archive.link(name, "/etc/passwd", KINDS[random.nextInt(KINDS.length)]);
      case 2 -> archive.link(batch, "../../" + name, KINDS[random.nextInt(KINDS.length)]);
      case 3 -> archive.file(batch, new byte[1 << random.nextInt(23)]);
      case 4 -> archive.file("unrelated", new byte[1 << random.nextInt(23)]);
      default -> archive.entry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC, paxHeader());
    }
  }

  /** Returns one record, mostly with its right length in front. */
  private byte[] paxHeader() {
    String content = " " + PAX_HEADERS.get(random.nextInt(PAX_HEADERS.size())) + "\n";
    int length = content.length() + (content.length() > 97 ? 3 : content.length() > 8 ? 2 : 1);
    int claimed = random.nextInt(4) == 0 ? random.nextInt(2_000) - 1_000 : length;
    return (claimed + content).getBytes(StandardCharsets.UTF_8);
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

  @Test
  void anArchiveOfCountlessGzipMembersIsRefused() throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    new GZIPOutputStream(member).close();
    Path file = directory.resolve("archive.tar.gz");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int count = 0; count < 200_000; count++) {
        out.write(member.toByteArray());
      }
    }
    assertThat(failure(file)).contains("it is made of too many gzip members");
  }

  /** Returns the message of the refusal, or null if everything could be read. */
  private String failure(Path path) {
    return assertTimeoutPreemptively(LONGEST, () -> failureWithLittleMemory(path));
  }

  private String failureWithLittleMemory(Path path) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    String failure = failureOfReading(path);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("allocated bytes")
        .isLessThan(MOST_ALLOCATED_BYTES);
    return failure;
  }

  private String failureOfReading(Path path) {
    try {
      CifarDataset dataset = CifarDataset.open(configuration, path.toUri().toString());
      for (Split split : Split.values()) {
        for (Slice slice : dataset.slices(split, 0, 2)) {
          slice.read(configuration).forEachRemaining(record -> {});
        }
      }
      return null;
    } catch (InvalidDatasetException e) {
      assertThat(e.getMessage())
          .startsWith("Cannot read dataset file:")
          .hasSizeLessThanOrEqualTo(2_000)
          .doesNotContainPattern("\\p{Cntrl}|Exception|\\bat dev\\.");
      return e.getMessage();
    }
  }
}
