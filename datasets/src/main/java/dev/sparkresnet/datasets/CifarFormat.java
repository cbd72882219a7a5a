package dev.sparkresnet.datasets;

import java.util.List;

/**
 * The binary layout of CIFAR-10: a record is one label byte and then the red, green and blue plane
 * of an image, each row by row from the top.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR-10 dataset</a>
 */
public final class CifarFormat {
  public static final int CHANNELS = 3;
  public static final int SIDE = 32;
  public static final int CLASSES = 10;

  public static final int PLANE_BYTES = SIDE * SIDE;
  public static final int IMAGE_BYTES = CHANNELS * PLANE_BYTES;
  public static final int RECORD_BYTES = 1 + IMAGE_BYTES;

  public static final int TRAINING_EXAMPLES = 50_000;
  public static final int TEST_EXAMPLES = 10_000;

  public static final List<String> TRAINING_FILES =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin");
  public static final String TEST_FILE = "test_batch.bin";
  public static final String CLASS_NAMES_FILE = "batches.meta.txt";

  /** The directory that the official archive holds its files in. */
  public static final String DIRECTORY = "cifar-10-batches-bin";

  public static final String ARCHIVE_FILE = "cifar-10-binary.tar.gz";

  /** Names under which the archive is looked for in a folder. */
  static final List<String> ARCHIVE_FILES = List.of(ARCHIVE_FILE, "cifar-10-binary.tar");

  public static final List<String> CLASS_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private CifarFormat() {}

  static boolean isBatch(String file) {
    return TRAINING_FILES.contains(file) || TEST_FILE.equals(file);
  }

  static boolean isLabel(byte label) {
    return label >= 0 && label < CLASSES;
  }
}
