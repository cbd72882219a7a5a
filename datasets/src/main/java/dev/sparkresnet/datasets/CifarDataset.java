package dev.sparkresnet.datasets;

import dev.sparkresnet.datasets.edition.Edition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The files of a CIFAR-10 dataset, found and checked, on any Hadoop file system: a directory with
 * {@code data_batch_1.bin} and so on, an archive of them, or a directory above the only one or the
 * official archive.
 *
 * <p>Files may have any number of records. {@code data_batch_1.bin} and {@code test_batch.bin} must
 * be there; the others must follow without a gap.
 */
public final class CifarDataset {
  private static final int MAXIMUM_CLASS_NAMES_BYTES = 1 << 16;
  private static final int NAMES_SHOWN = 5;

  private final BatchFiles files;
  private final Map<String, Long> lengths;
  private final List<String> classNames;

  private CifarDataset(BatchFiles files, Map<String, Long> lengths, List<String> classNames) {
    this.files = files;
    this.lengths = lengths;
    this.classNames = classNames;
  }

  /**
   * Opens a dataset and checks what can be checked without reading the records: presence and length
   * of the files, and the directory of an archive.
   *
   * @throws InvalidDatasetException with all problems of the files at once
   */
  public static CifarDataset open(Configuration configuration, String path) {
    BatchFiles files = BatchFiles.at(configuration, path);
    try {
      Map<String, Long> lengths = files.lengths(configuration);
      List<String> problems = problems(lengths);
      if (!problems.isEmpty()) {
        problems = orOtherEdition(problems, lengths, files.others(configuration));
        throw InvalidDatasetException.cannotRead(files.path(), String.join("; ", problems));
      }
      return new CifarDataset(files, lengths, classNames(configuration, files, lengths));
    } catch (IOException e) {
      throw InvalidDatasetException.cannotRead(files.path(), e);
    }
  }

  /** Returns the number of examples of a split. */
  public int examples(Split split) {
    return (int) records(split, lengths);
  }

  /** Returns the names of the classes 0 to 9, the standard ones if the dataset has none. */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Returns the first examples of a split as slices of about equal size, in index order.
   *
   * @param limit number of examples, 0 for all
   * @param minimumSlices at least so many slices, if there are so many examples
   * @throws InvalidDatasetException when there are fewer than {@code limit} examples
   */
  public List<Slice> slices(Split split, int limit, int minimumSlices) {
    requireLimit(split, limit, minimumSlices);
    int wanted = limit == 0 ? examples(split) : limit;
    List<Slice> slices = new ArrayList<>();
    int firstIndex = 0;
    for (String file : split.files()) {
      int count = (int) Math.min(records(file, lengths), wanted - firstIndex);
      addSlices(file, firstIndex, count, pieces(count, wanted, minimumSlices), slices);
      firstIndex += count;
    }
    return List.copyOf(slices);
  }

  private void requireLimit(Split split, int limit, int minimumSlices) {
    int available = examples(split);
    if (limit < 0 || minimumSlices < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot slice with limit %d into at least %d slices",
              limit,
              minimumSlices));
    }
    if (limit > available) {
      throw InvalidDatasetException.cannotRead(
          files.path(),
          String.format(
              Locale.ROOT,
              "the limit of %d is above the %d %s examples that are there",
              limit,
              available,
              split));
    }
  }

  public BatchFiles files() {
    return files;
  }

  /** Returns the lengths in bytes of all files, the class names among them. */
  public Map<String, Long> lengths() {
    return lengths;
  }

  /** The share of a file in so many slices of all, rounded up, and none of them empty. */
  private static int pieces(int count, int wanted, int slices) {
    long share = ((long) count * slices + wanted - 1) / wanted;
    return (int) Math.min(count, share);
  }

  private void addSlices(String file, int firstIndex, int count, int pieces, List<Slice> slices) {
    for (int piece = 0; piece < pieces; piece++) {
      int first = (int) ((long) count * piece / pieces);
      int end = (int) ((long) count * (piece + 1) / pieces);
      slices.add(new Slice(files, file, first, firstIndex + first, end - first));
    }
  }

  private static List<String> problems(Map<String, Long> lengths) {
    List<String> problems = new ArrayList<>();
    for (Split split : Split.values()) {
      for (String file : split.files()) {
        if (lengths.containsKey(file)) {
          addLengthProblem(file, lengths.get(file), problems);
        } else if (file.equals(split.files().get(0)) || isFollowed(file, split, lengths)) {
          problems.add(file + " is missing");
        }
      }
      if (records(split, lengths) > Integer.MAX_VALUE) {
        problems.add(
            String.format(
                Locale.ROOT, "there are more than %d %s examples", Integer.MAX_VALUE, split));
      }
    }
    return problems;
  }

  /** Of another edition everything is missing, which is less than what can be said of it. */
  private static List<String> orOtherEdition(
      List<String> problems, Map<String, Long> lengths, List<String> others) {
    if (lengths.keySet().stream().anyMatch(CifarFormat::isBatch)) {
      return Stream.concat(problems.stream(), Edition.halfDone(others).stream()).toList();
    }
    List<String> edition = Edition.refusal(others).stream().toList();
    if (edition.isEmpty()) {
      String what = others.isEmpty() ? "nothing" : String.join(", ", first(others));
      return Stream.concat(problems.stream(), Stream.of("here is " + what)).toList();
    }
    return edition;
  }

  private static List<String> first(List<String> names) {
    List<String> first = names.stream().sorted().limit(NAMES_SHOWN).toList();
    return names.size() > NAMES_SHOWN
        ? Stream.concat(first.stream(), Stream.of("and others")).toList()
        : first;
  }

  private static void addLengthProblem(String file, long length, List<String> problems) {
    if (length == 0) {
      problems.add(file + " is empty");
    } else if (length % CifarFormat.RECORD_BYTES != 0) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s has %d bytes, which is not a multiple of %d",
              file,
              length,
              CifarFormat.RECORD_BYTES));
    }
  }

  private static boolean isFollowed(String file, Split split, Map<String, Long> lengths) {
    List<String> followers =
        split.files().subList(split.files().indexOf(file) + 1, split.files().size());
    return followers.stream().anyMatch(lengths::containsKey);
  }

  private static long records(Split split, Map<String, Long> lengths) {
    return split.files().stream().mapToLong(file -> records(file, lengths)).sum();
  }

  private static long records(String file, Map<String, Long> lengths) {
    return lengths.getOrDefault(file, 0L) / CifarFormat.RECORD_BYTES;
  }

  private static List<String> classNames(
      Configuration configuration, BatchFiles files, Map<String, Long> lengths) throws IOException {
    if (!lengths.containsKey(CifarFormat.CLASS_NAMES_FILE)) {
      return CifarFormat.CLASS_NAMES;
    }
    try (InputStream stream = files.open(configuration, CifarFormat.CLASS_NAMES_FILE, 0)) {
      String text =
          new String(stream.readNBytes(MAXIMUM_CLASS_NAMES_BYTES), StandardCharsets.UTF_8);
      List<String> names = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
      if (names.size() != CifarFormat.CLASSES) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s names %d classes, not %d",
                CifarFormat.CLASS_NAMES_FILE,
                names.size(),
                CifarFormat.CLASSES));
      }
      return names;
    }
  }
}
