package dev.sparkresnet.datasets.synthetic;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.datasets.Shuffle;
import dev.sparkresnet.datasets.Split;
import dev.sparkresnet.datasets.SplitMix64;
import dev.sparkresnet.datasets.storage.Publication;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Makes a dataset in the layout of CIFAR-10 that a network can learn: ten kinds of {@link Motif},
 * equally often, drawn by {@link SyntheticImage}. A few labels are wrong, so no honest accuracy is
 * 100 %.
 */
public final class SyntheticCifar {
  /** The share of examples that get the label of another class. */
  static final double LABEL_NOISE = 0.03;

  private static final long SHUFFLE_STREAM = 3;
  private static final long IMAGE_STREAM = 4;
  private static final List<Motif> CLASSES = List.of(Motif.values());
  private static final int CHUNK_RECORDS = 1000;

  private SyntheticCifar() {}

  /**
   * Writes a dataset to a directory that does not exist or is empty. It appears there complete or
   * not at all, and depends on the numbers of examples and the seed alone. The training examples
   * fill five files if their number allows it, one otherwise.
   *
   * @throws InvalidDatasetException when it cannot be written
   */
  public static void generate(
      Configuration configuration,
      String directory,
      int trainingExamples,
      int testExamples,
      long seed) {
    if (trainingExamples < 1 || testExamples < 1) {
      throw InvalidDatasetException.cannotWrite(
          directory,
          String.format(
              Locale.ROOT,
              "%d training and %d test examples: both must be at least 1",
              trainingExamples,
              testExamples));
    }
    try (Publication publication = Publication.to(configuration, directory)) {
      writeSplit(publication, Split.TRAINING, trainingExamples, seed);
      writeSplit(publication, Split.TEST, testExamples, seed);
      writeClassNames(publication);
      publication.publish();
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotWrite(directory, e);
    }
  }

  private static void writeSplit(Publication publication, Split split, int examples, long seed)
      throws IOException {
    int[] motifs = motifs(split, examples, seed);
    List<String> files = split.files();
    int fileCount = examples % files.size() == 0 ? files.size() : 1;
    int recordsPerFile = examples / fileCount;
    for (int file = 0; file < fileCount; file++) {
      Path path = new Path(publication.temporary(), files.get(file));
      try (OutputStream stream = publication.fileSystem().create(path)) {
        int first = file * recordsPerFile;
        writeRecords(stream, first, first + recordsPerFile, motifs, split, seed);
      }
    }
  }

  private static void writeRecords(
      OutputStream stream, int first, int end, int[] motifs, Split split, long seed)
      throws IOException {
    for (int chunk = first; chunk < end; chunk += CHUNK_RECORDS) {
      List<byte[]> records =
          IntStream.range(chunk, Math.min(end, chunk + CHUNK_RECORDS))
              .parallel()
              .mapToObj(index -> record(motifs[index], split, index, seed))
              .toList();
      for (byte[] record : records) {
        stream.write(record);
      }
    }
  }

  /** Returns the motif of each example: all equally often, in random order. */
  static int[] motifs(Split split, int examples, long seed) {
    long splitSeed = SplitMix64.keyed(seed, SHUFFLE_STREAM, stream(split)).next();
    int[] motifs = Shuffle.ranks(splitSeed, 0, examples);
    for (int example = 0; example < examples; example++) {
      motifs[example] %= CifarFormat.CLASSES;
    }
    return motifs;
  }

  private static byte[] record(int motif, Split split, int index, long seed) {
    SplitMix64 random = SplitMix64.keyed(seed, IMAGE_STREAM, stream(split), index);
    byte[] record = new byte[CifarFormat.RECORD_BYTES];
    record[0] = (byte) label(motif, random);
    byte[] image = SyntheticImage.draw(CLASSES.get(motif), random);
    System.arraycopy(image, 0, record, 1, image.length);
    return record;
  }

  private static int label(int motif, SplitMix64 random) {
    if (random.unit() >= LABEL_NOISE) {
      return motif;
    }
    return (motif + 1 + random.below(CifarFormat.CLASSES - 1)) % CifarFormat.CLASSES;
  }

  private static int stream(Split split) {
    return switch (split) {
      case TRAINING -> 0;
      case TEST -> 1;
    };
  }

  private static void writeClassNames(Publication publication) throws IOException {
    Path path = new Path(publication.temporary(), CifarFormat.CLASS_NAMES_FILE);
    try (OutputStream stream = publication.fileSystem().create(path)) {
      for (Motif motif : CLASSES) {
        stream.write((motif + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
