package dev.sparkresnet.datasets.edition;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a folder or archive holds in place of the binary files of CIFAR-10, told by the names in it.
 */
public enum Edition {
  BEING_COPIED(
      ".*(\\._COPYING_|\\.part|\\.partial|\\.crdownload|\\.download)",
      "a file that is still being copied, or whose copy was interrupted",
      "wait for it or copy it again"),
  PACKED_BATCHES(
      "(?i)(data_batch_[1-5]|test_batch)\\.bin\\.(gz|bz2|xz|zst|zip)",
      "batches that are packed one by one",
      "unpack them, such as with gunzip *.gz"),
  UPPER_CASE(
      "(?!(data_batch_[1-5]|test_batch)\\.bin)(?i:(data_batch_[1-5]|test_batch)\\.bin)",
      "batches in upper case",
      "rename them to data_batch_1.bin, test_batch.bin and so on, in lower case"),
  CIFAR_100(
      "train\\.bin|(fine|coarse)_label_names\\.txt|cifar-100-.*",
      "CIFAR-100",
      "CIFAR-10 is needed, which submit/job.sh stage-dataset --download TARGET fetches"),
  CIFAR_100_PYTHON(
      "train|meta|file\\.txt~",
      "CIFAR-100 for Python",
      "CIFAR-10 in its binary edition is needed, which submit/job.sh stage-dataset --download"
          + " TARGET fetches"),
  MATLAB("(?i).*\\.mat", "the Matlab edition", Cure.BINARY),
  PYTHON(
      "data_batch_[1-5]|test_batch|batches\\.meta|cifar-10-python\\.tar\\.gz",
      "the Python edition",
      Cure.BINARY),
  PARQUET("(?i).*\\.parquet", "Parquet", Cure.BINARY),
  ARROW("(?i).*\\.(arrow|feather)", "Arrow files", Cure.BINARY),
  TF_RECORD("(?i).*\\.tfrecords?(-.*)?", "TFRecord files", Cure.BINARY),
  NUMPY("(?i).*\\.np[yz]", "NumPy arrays", Cure.BINARY),
  HDF5("(?i).*\\.(h5|hdf5)", "HDF5", Cure.BINARY),
  IMAGES("(?i).*\\.(png|jpe?g|gif|bmp|webp|tiff?)", "pictures, one a file", Cure.BINARY),
  MNIST("(?i).*-(idx[13]-)?ubyte(\\.gz)?", "MNIST", Cure.BINARY),
  TABLE("(?i).*\\.(csv|tsv)", "a table of text", Cure.BINARY),
  ARCHIVE(
      "(?i).*\\.(tar|tar\\.\\w+|tgz|zip|7z|rar)",
      "an archive",
      "give the path of a tar.gz or tar itself, unpack any other");

  private static final int DIRECTORY_MARK = '/';

  private final Pattern name;
  private final String what;
  private final String cure;

  Edition(String name, String what, String cure) {
    this.name = Pattern.compile(name);
    this.what = what;
    this.cure = cure;
  }

  /**
   * Names what is there, and what helps.
   *
   * @param paths of files, with slashes between folders; those of folders end in one
   * @return in a few words, or empty if the names tell nothing
   */
  public static Optional<String> refusal(Collection<String> paths) {
    return refusal(EnumSet.allOf(Edition.class), paths);
  }

  /** Names files beside batches that are to become batches themselves. */
  public static Optional<String> halfDone(Collection<String> paths) {
    return refusal(EnumSet.of(BEING_COPIED, PACKED_BATCHES, UPPER_CASE), paths);
  }

  private static Optional<String> refusal(Set<Edition> editions, Collection<String> paths) {
    return editions.stream()
        .flatMap(
            edition ->
                paths.stream()
                    .filter(edition::isToldBy)
                    .sorted()
                    .limit(1)
                    .map(path -> edition.refusal(path)))
        .findFirst();
  }

  /** Names what a file is by its name, unless that is the name of an archive. */
  public static Optional<String> refusalOfFile(String name) {
    return Stream.of(values())
        .filter(edition -> edition != ARCHIVE && edition.isToldBy(name))
        .map(edition -> "it is %s: %s".formatted(edition.what, edition.cure))
        .findFirst();
  }

  private boolean isToldBy(String path) {
    return name.matcher(leaf(path)).matches();
  }

  private static String leaf(String path) {
    return path.substring(path.lastIndexOf(DIRECTORY_MARK) + 1);
  }

  private String refusal(String path) {
    return "here is %s (%s): %s".formatted(what, path, cure);
  }
}
