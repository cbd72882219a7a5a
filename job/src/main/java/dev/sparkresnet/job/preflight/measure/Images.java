package dev.sparkresnet.job.preflight.measure;

import static java.util.Comparator.comparingDouble;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.CifarRecord;
import dev.sparkresnet.datasets.Looks;
import dev.sparkresnet.datasets.ShardPlan;
import dev.sparkresnet.datasets.Slice;
import dev.sparkresnet.datasets.SliceIterator;
import dev.sparkresnet.datasets.Split;
import dev.sparkresnet.datasets.staging.OfficialArchive;
import dev.sparkresnet.job.config.DatasetConfig;
import dev.sparkresnet.job.config.TrainingConfig;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * What a process finds of the images that a run uses.
 *
 * @param training how many there are in the files
 * @param test how many there are in the files
 * @param used how many of all those the run uses
 * @param trainingLooks of those that this process has read
 * @param testLooks of those that this process has read
 */
public record Images(int training, int test, long used, Looks trainingLooks, Looks testLooks)
    implements Serializable {
  /** How long an executor reads, of as many images as there may be. */
  public static final Duration READING = Duration.ofSeconds(20);

  /** Few enough that a sample of a large dataset comes from many places. */
  private static final int PIECE = 256;

  private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

  /**
   * Looks at the files, and at the whole of an archive that should be the official one.
   *
   * @throws dev.sparkresnet.datasets.InvalidDatasetException if they are not what they should be
   * @throws IllegalArgumentException if there are too few for the replicas
   */
  public static Images look(TrainingConfig config, Configuration hadoop) {
    CifarDataset dataset = CifarDataset.open(hadoop, config.dataset().path());
    OfficialArchive.CIFAR_10.requireIntact(hadoop, dataset.files().path());
    int training = used(dataset, Split.TRAINING, config.dataset());
    long used = training + (long) used(dataset, Split.TEST, config.dataset());
    requireEnough(training, config);
    return of(dataset, used, Looks.NONE, Looks.NONE);
  }

  private static Images of(CifarDataset dataset, long used, Looks training, Looks test) {
    return new Images(
        dataset.examples(Split.TRAINING), dataset.examples(Split.TEST), used, training, test);
  }

  private static int used(CifarDataset dataset, Split split, DatasetConfig limits) {
    return Slice.total(dataset.slices(split, limit(split, limits), 1));
  }

  private static int limit(Split split, DatasetConfig limits) {
    return switch (split) {
      case TRAINING -> limits.trainLimit();
      case TEST -> limits.testLimit();
    };
  }

  private static void requireEnough(int training, TrainingConfig config) {
    ShardPlan unused = new ShardPlan(training, config.replicas(), config.optimizer().batchSize());
  }

  /**
   * Reads the share of an executor in all images that the run uses, so that the file system
   * compares their checksums; of more than can be read in the time, some from everywhere, or the
   * first of the share in an archive.
   *
   * @param path of the images for this process
   * @param share from 0 to one less than the shares
   * @param atMost half of which is for each split
   * @throws dev.sparkresnet.datasets.InvalidDatasetException if they are not what they should be
   */
  public static Images read(
      TrainingConfig config,
      String path,
      Configuration hadoop,
      int share,
      int shares,
      Duration atMost) {
    DatasetConfig limits = config.dataset();
    CifarDataset dataset = CifarDataset.open(hadoop, path);
    long used = used(dataset, Split.TRAINING, limits) + (long) used(dataset, Split.TEST, limits);
    Share own = new Share(dataset, limits, hadoop, share, shares);
    Duration each = atMost.dividedBy(2);
    return of(dataset, used, own.read(Split.TRAINING, each), own.read(Split.TEST, each));
  }

  /** How many images this process has read. */
  public long read() {
    return trainingLooks.examples() + testLooks.examples();
  }

  /** What one of several executors reads. */
  private record Share(
      CifarDataset dataset, DatasetConfig limits, Configuration hadoop, int share, int shares) {

    Looks read(Split split, Duration atMost) {
      long end = System.nanoTime() + atMost.toNanos();
      Looks looks = Looks.NONE;
      for (Slice piece : pieces(split)) {
        if (looks.examples() > 0 && System.nanoTime() - end >= 0) {
          break;
        }
        looks = looks.plus(read(piece, end));
      }
      return looks;
    }

    /** Own pieces in an order that comes to all parts of the split early. */
    private List<Slice> pieces(Split split) {
      int limit = limit(split, limits);
      int least =
          dataset.files().isSeekable()
              ? Math.max(shares, used(dataset, split, limits) / PIECE)
              : shares;
      List<Slice> all = dataset.slices(split, limit, least);
      return IntStream.range(0, all.size())
          .filter(index -> index % shares == share)
          .boxed()
          .sorted(comparingDouble(index -> index / shares * GOLDEN_RATIO % 1))
          .map(all::get)
          .toList();
    }

    private Looks read(Slice piece, long end) {
      try (SliceIterator records = piece.read(hadoop)) {
        return Looks.of(new InTime(records, end));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The first record, and others until the time is over. */
  private static final class InTime implements Iterator<CifarRecord> {
    private final Iterator<CifarRecord> records;
    private final long end;
    private boolean hasBegun;

    InTime(Iterator<CifarRecord> records, long end) {
      this.records = records;
      this.end = end;
    }

    @Override
    public boolean hasNext() {
      return records.hasNext() && !(hasBegun && System.nanoTime() - end >= 0);
    }

    @Override
    public CifarRecord next() {
      hasBegun = true;
      return records.next();
    }
  }
}
