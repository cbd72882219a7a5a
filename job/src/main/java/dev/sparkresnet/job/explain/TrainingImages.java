package dev.sparkresnet.job.explain;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.Split;
import dev.sparkresnet.job.config.DatasetConfig;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.kerberos.HadoopLogin;
import dev.sparkresnet.job.launch.SparkSettings;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;

/**
 * How many images a run trains on, as far as that can be known from here.
 *
 * @param count empty if it cannot
 * @param source where the number comes from, or why there is none
 */
record TrainingImages(OptionalInt count, String source) {
  private static final String HADOOP_PREFIX = "spark.hadoop.";

  /**
   * Counts them by the configured limit or by the lengths of the files.
   *
   * @param patience how long a file system may take to answer
   */
  static TrainingImages of(DatasetConfig dataset, SparkSettings spark, Duration patience) {
    if (dataset.trainLimit() > 0) {
      return known(dataset.trainLimit(), "dataset.train-limit");
    }
    CompletableFuture<Integer> examples = new CompletableFuture<>();
    new DaemonThreads("count-images")
        .newThread(() -> read(dataset.path(), spark, examples))
        .start();
    try {
      return known(examples.get(patience.toMillis(), TimeUnit.MILLISECONDS), dataset.path());
    } catch (TimeoutException e) {
      return unknown(
          String.format(
              Locale.ROOT, "%s did not answer in %d s", dataset.path(), patience.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unknown("interrupted");
    } catch (ExecutionException e) {
      return unknown(Reason.of((Exception) e.getCause()));
    }
  }

  /** Whatever keeps a file system from answering is a reason, classes that are missing included. */
  private static void read(String path, SparkSettings spark, CompletableFuture<Integer> examples) {
    try {
      Configuration hadoop = new Configuration();
      spark
          .values()
          .forEach(
              (key, value) -> {
                if (key.startsWith(HADOOP_PREFIX)) {
                  hadoop.set(key.substring(HADOOP_PREFIX.length()), value);
                }
              });
      Configuration unused = HadoopLogin.begin(() -> hadoop, key -> spark.values().get(key));
      examples.complete(CifarDataset.open(hadoop, path).examples(Split.TRAINING));
    } catch (RuntimeException e) {
      examples.completeExceptionally(e);
    } catch (LinkageError e) {
      examples.completeExceptionally(new IllegalStateException(e));
    }
  }

  private static TrainingImages known(int count, String source) {
    return new TrainingImages(OptionalInt.of(count), source);
  }

  private static TrainingImages unknown(String reason) {
    return new TrainingImages(OptionalInt.empty(), reason);
  }
}
