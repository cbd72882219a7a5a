package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job sends between its machines. */
class SerialisationTest {
  private final Configuration configuration = CifarFiles.configuration();

  @TempDir private Path directory;

  @Test
  void slicesOfDirectoriesAndArchivesArrive() throws Exception {
    Path archive = directory.resolve("archive.tar.gz");
    Files.write(
        archive, CifarFiles.Archive.bytesOf(CifarFiles.records(5, 0), CifarFiles.records(1, 1)));
    CifarFiles.writeDirectory(directory, 1, 5);

    for (Path path : List.of(directory, archive)) {
      Slice slice =
          CifarDataset.open(configuration, path.toUri().toString())
              .slices(Split.TRAINING, 0, 2)
              .get(1);
      Slice arrived = overTheWire(slice);
      assertThat(arrived).isEqualTo(slice);
      assertThat(CifarFiles.list(arrived.read(configuration)))
          .isEqualTo(CifarFiles.list(slice.read(configuration)))
          .isNotEmpty();
    }
  }

  @Test
  void recordsArriveWithLittleMoreThanTheirBytes() throws Exception {
    CifarRecord record = CifarFiles.record(7, 1);

    assertThat(overTheWire(record)).isEqualTo(record);
    assertThat(serialised(record)).hasSizeLessThan(3073 + 200);
  }

  @Test
  void plansArrive() throws Exception {
    ShardPlan plan = new ShardPlan(10, 2, 3);

    assertThat(overTheWire(plan)).isEqualTo(plan);
  }

  @Test
  void statisticsArrive() throws Exception {
    ChannelStatistics statistics = ChannelStatistics.of(CifarFiles.recordList(3).iterator());

    ChannelStatistics arrived = overTheWire(statistics);

    assertThat(arrived.mean()).isEqualTo(statistics.mean());
    assertThat(arrived.standardDeviation()).isEqualTo(statistics.standardDeviation());
  }

  @Test
  void assemblersAndTheirSettingsArrive() throws Exception {
    List<CifarRecord> records = CifarFiles.recordList(3);
    Normalisation normalisation =
        Normalisation.standardise(ChannelStatistics.of(records.iterator()));
    Augmentation augmentation = Augmentation.padAndCropAndFlip(4);
    MinibatchAssembler assembler = new MinibatchAssembler(normalisation, augmentation, 1, 2);

    assertThat(overTheWire(normalisation)).isEqualTo(normalisation);
    assertThat(overTheWire(augmentation)).isEqualTo(augmentation);
    assertThat(overTheWire(assembler).assemble(records)).isEqualTo(assembler.assemble(records));
  }

  @SuppressWarnings("unchecked")
  private static <T> T overTheWire(T object) throws Exception {
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(serialised(object)))) {
      return (T) in.readObject();
    }
  }

  private static byte[] serialised(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }
}
