package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.Fingerprint;
import dev.sparkresnet.datasets.ShardPlan;
import dev.sparkresnet.datasets.Slice;
import dev.sparkresnet.datasets.Split;
import dev.sparkresnet.datasets.staging.OfficialArchive;
import dev.sparkresnet.job.config.DatasetConfig;
import dev.sparkresnet.job.config.TrainingConfig;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * What a process finds of the images that a run uses.
 *
 * @param training how many there are in the files
 * @param test how many there are in the files
 * @param read how many of those in use this process has read
 */
public record Images(int training, int test, long read) implements Serializable {

  /**
   * Looks at the files, and at the whole of an archive that should be the official one.
   *
   * @throws dev.sparkresnet.datasets.InvalidDatasetException if they are not what they should be
   * @throws IllegalArgumentException if there are too few for the replicas
   */
  public static Images look(TrainingConfig config, Configuration hadoop) {
    DatasetConfig limits = config.dataset();
    CifarDataset dataset = CifarDataset.open(hadoop, limits.path());
    OfficialArchive.requireIntact(hadoop, limits.path());
    int training = Slice.total(dataset.slices(Split.TRAINING, limits.trainLimit(), 1));
    List<Slice> unused = dataset.slices(Split.TEST, limits.testLimit(), 1);
    requireEnough(training, config);
    return new Images(dataset.examples(Split.TRAINING), dataset.examples(Split.TEST), 0);
  }

  private static void requireEnough(int training, TrainingConfig config) {
    ShardPlan unused = new ShardPlan(training, config.replicas(), config.optimizer().batchSize());
  }

  /**
   * Reads the share of an executor in all images that the run uses, so that the file system
   * compares the checksums of all of them.
   *
   * @param path of the images for this process
   * @param share from 0 to one less than the shares
   * @throws dev.sparkresnet.datasets.InvalidDatasetException if they are not what they should be
   */
  public static Images read(
      TrainingConfig config, String path, Configuration hadoop, int share, int shares) {
    DatasetConfig limits = config.dataset();
    CifarDataset dataset = CifarDataset.open(hadoop, path);
    long read =
        Stream.of(
                dataset.slices(Split.TRAINING, limits.trainLimit(), shares),
                dataset.slices(Split.TEST, limits.testLimit(), shares))
            .flatMap(slices -> share(slices, share, shares))
            .mapToLong(slice -> Fingerprint.of(slice.read(hadoop)).examples())
            .sum();
    return new Images(dataset.examples(Split.TRAINING), dataset.examples(Split.TEST), read);
  }

  private static Stream<Slice> share(List<Slice> slices, int share, int shares) {
    return IntStream.range(0, slices.size())
        .filter(index -> index % shares == share)
        .mapToObj(slices::get);
  }
}
