package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.dataset}: which images, and how they become numbers.
 *
 * @param path directory or archive of CIFAR-10 on any Hadoop file system
 * @param trainLimit training images to use, from the front; 0 for all
 * @param testLimit test images to use, from the front; 0 for all
 * @param augmentation whether training images are cropped and flipped at random
 */
public record DatasetConfig(
    String path, int trainLimit, int testLimit, boolean augmentation, Normalisation normalisation)
    implements Serializable {

  /** What happens to a byte of an image. */
  public enum Normalisation {
    /** Divided by 255. */
    SCALE,
    /** Mean 0 and standard deviation 1 per channel over the training images. */
    STANDARDISE
  }

  static DatasetConfig read(ConfigSection section) {
    return new DatasetConfig(
        section.value("path", ValueReader.TEXT, Rule.notBlank(), Rule.withoutPassword()),
        section.value("train-limit", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("test-limit", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("augmentation", ValueReader.SWITCH),
        section.value("normalisation", ValueReader.oneOf(Normalisation.class)));
  }
}
