package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What some examples look like from afar, to notice a set that can be read but is hardly meant.
 *
 * @param examples how many were looked at
 * @param labels that occur
 * @param blank how many images have one value in all their bytes, as those that are all black
 * @param images checksums of different images, the first few of them
 */
public record Looks(long examples, Set<Integer> labels, long blank, Set<Long> images)
    implements Serializable {
  /** The looks of no examples. */
  public static final Looks NONE = new Looks(0, Set.of(), 0, Set.of());

  private static final int IMAGES_KEPT = 100;

  /** Fewer may have one label, or be alike, by chance. */
  private static final int ENOUGH = 20;

  private static final long BLANK_SHARE = 10;

  /** Copies the sets. */
  public Looks {
    labels = new TreeSet<>(labels);
    images = new TreeSet<>(images);
  }

  /** Looks at all remaining records. */
  public static Looks of(Iterator<CifarRecord> records) {
    long examples = 0;
    long blank = 0;
    Set<Integer> labels = new TreeSet<>();
    Set<Long> images = new TreeSet<>();
    while (records.hasNext()) {
      byte[] bytes = records.next().bytes();
      examples++;
      labels.add((int) bytes[0]);
      blank += isBlank(bytes) ? 1 : 0;
      if (images.size() < IMAGES_KEPT) {
        images.add(checksum(bytes));
      }
    }
    return new Looks(examples, labels, blank, images);
  }

  private static boolean isBlank(byte[] record) {
    return Arrays.mismatch(record, 1, record.length - 1, record, 2, record.length) < 0;
  }

  private static long checksum(byte[] record) {
    long sum = 0;
    for (int at = 1; at < record.length; at++) {
      sum = 31 * sum + record[at];
    }
    return sum;
  }

  /** The looks of these and other examples together. */
  public Looks plus(Looks other) {
    Set<Integer> allLabels = new TreeSet<>(labels);
    allLabels.addAll(other.labels);
    Set<Long> allImages = new TreeSet<>(images);
    other.images.stream().limit(IMAGES_KEPT).forEach(allImages::add);
    return new Looks(examples + other.examples, allLabels, blank + other.blank, allImages);
  }

  /** What is odd about them, each in a few words that follow their name; nothing of a few. */
  public List<String> oddities() {
    List<String> oddities = new ArrayList<>();
    if (examples < ENOUGH) {
      return oddities;
    }
    if (labels.size() == 1) {
      oddities.add(
          String.format(Locale.ROOT, "all %,d have label %d", examples, labels.iterator().next()));
    }
    if (images.size() == 1) {
      oddities.add(String.format(Locale.ROOT, "all %,d are the same image", examples));
    } else if (images.size() < IMAGES_KEPT && images.size() * BLANK_SHARE < examples) {
      oddities.add(
          String.format(Locale.ROOT, "%,d have only %d different images", examples, images.size()));
    }
    if (blank * BLANK_SHARE > examples) {
      oddities.add(
          String.format(Locale.ROOT, "%,d of %,d are blank, as black images are", blank, examples));
    }
    return oddities;
  }
}
