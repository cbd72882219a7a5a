package dev.sparkresnet.job.watch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.stream.Collectors.joining;

import dev.sparkresnet.job.failure.HungException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a phase of an epoch with an error when no minibatch was taken anywhere for too long.
 *
 * <p>A sign of life is a minibatch that an executor took, and a Spark task that began or ended. How
 * long a whole phase or task takes does not matter, so that a slow machine is not taken for one
 * that hangs.
 */
public final class Watchdog implements MinibatchListener.Observer {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final int CHECKS_PER_TIMEOUT = 20;
  private static final int HEARTBEATS_PER_TIMEOUT = 3;
  private static final Duration LONGEST_ALARM = Duration.ofMinutes(2);

  private final Duration timeout;
  private final InstantSource time;
  private final Function<Instant, Path> dumpThreads;
  private final Runnable cancelJobs;
  private final Map<String, Sign> lastSigns = new TreeMap<>();
  private Instant lastProgress;
  private String verdict;

  /** The last that was heard of an executor: how many minibatches its task had taken, and when. */
  private record Sign(long minibatches, Instant when) {}

  /**
   * A watchdog that knows nothing of Spark.
   *
   * @param time must not jump
   * @param dumpThreads writes the thread dumps of a moment and returns their directory
   * @param cancelJobs makes the work that is being watched fail
   */
  Watchdog(
      Duration timeout,
      InstantSource time,
      Function<Instant, Path> dumpThreads,
      Runnable cancelJobs) {
    this.timeout = timeout;
    this.time = time;
    this.dumpThreads = dumpThreads;
    this.cancelJobs = cancelJobs;
    this.lastProgress = time.instant();
  }

  /**
   * The watchdog of an application.
   *
   * @throws UserErrorException if the timeout is too short for the heartbeats that bring signs
   */
  public static Watchdog of(JavaSparkContext spark, Duration timeout, RunDirectory directory) {
    requireHeartbeatsWithin(timeout, spark);
    Watchdog watchdog =
        new Watchdog(
            timeout,
            steadyTime(),
            ThreadDumps.of(spark.sc(), directory)::write,
            spark.sc()::cancelAllJobs);
    spark.sc().addSparkListener(new MinibatchListener(watchdog));
    return watchdog;
  }

  private static void requireHeartbeatsWithin(Duration timeout, JavaSparkContext spark) {
    String key = "spark.executor.heartbeatInterval";
    Duration heartbeat = Duration.ofMillis(spark.getConf().getTimeAsMs(key, "10s"));
    if (timeout.compareTo(heartbeat.multipliedBy(HEARTBEATS_PER_TIMEOUT)) < 0) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot train with training.watchdog.timeout = %d s: executors give a sign every %d s"
                  + " (%s), and it must be at least %d times as long",
              timeout.toSeconds(),
              heartbeat.toSeconds(),
              key,
              HEARTBEATS_PER_TIMEOUT));
    }
  }

  /** The time of day at the start, and from there on a clock that nobody sets. */
  private static InstantSource steadyTime() {
    Instant start = Instant.now();
    long begin = System.nanoTime();
    return () -> start.plusNanos(System.nanoTime() - begin);
  }

  /**
   * Does the work of a phase.
   *
   * @param phase what cannot be finished, for the message
   * @throws HungException if the phase stood still, whatever the work came to: its jobs were
   *     cancelled, and an alarm is never taken back
   */
  public <T> T watch(String phase, Supplier<T> work) {
    begin();
    ScheduledExecutorService checks =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("watchdog"));
    long every = timeout.dividedBy(CHECKS_PER_TIMEOUT).toMillis();
    ScheduledFuture<?> unused =
        checks.scheduleWithFixedDelay(() -> check(phase), every, every, MILLISECONDS);
    try {
      return work.get();
    } finally {
      awaitAlarm(checks);
      throwAlarm();
    }
  }

  private synchronized void begin() {
    lastProgress = time.instant();
    verdict = null;
  }

  private static void awaitAlarm(ScheduledExecutorService checks) {
    checks.shutdown();
    try {
      checks.awaitTermination(LONGEST_ALARM.toMillis(), MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void throwAlarm() {
    if (verdict != null) {
      throw new HungException(verdict);
    }
  }

  @Override
  public synchronized void taskStarted(String executor) {
    lastProgress = time.instant();
    lastSigns.put(executor, new Sign(0, lastProgress));
  }

  @Override
  public synchronized void minibatchesTaken(String executor, long count) {
    Sign last = lastSigns.get(executor);
    if (last == null || last.minibatches() != count) {
      lastProgress = time.instant();
      lastSigns.put(executor, new Sign(count, lastProgress));
    }
  }

  @Override
  public synchronized void taskEnded() {
    lastProgress = time.instant();
  }

  /** Raises the alarm, once a phase, if the silence is too long. */
  void check(String phase) {
    Instant now = time.instant();
    if (!isSilentTooLong(now)) {
      return;
    }
    LOG.warn("{}: no minibatch for {} s, taking thread dumps", phase, timeout.toSeconds());
    String silence = silence(phase, now);
    raise(silence + "; " + evidence(now));
  }

  private String evidence(Instant now) {
    try {
      return "thread dumps: " + dumpThreads.apply(now);
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private synchronized boolean isSilentTooLong(Instant now) {
    return verdict == null && Duration.between(lastProgress, now).compareTo(timeout) >= 0;
  }

  private synchronized void raise(String message) {
    verdict = message;
    cancelJobs.run();
  }

  private synchronized String silence(String phase, Instant now) {
    String heard =
        lastSigns.entrySet().stream()
            .map(sign -> lastSign(sign.getKey(), sign.getValue()))
            .collect(joining(", "));
    return String.format(
        Locale.ROOT,
        "Cannot finish %s: no minibatch anywhere for %d s (training.watchdog.timeout) at %s; last"
            + " heard of: %s",
        phase,
        timeout.toSeconds(),
        seconds(now),
        heard.isEmpty() ? "no replica" : heard);
  }

  private static String lastSign(String executor, Sign sign) {
    return String.format(
        Locale.ROOT,
        "replica on executor %s at %s, after %d minibatches",
        executor,
        seconds(sign.when()),
        sign.minibatches());
  }

  private static Instant seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }
}
