package dev.sparkresnet.job.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.stream.Collectors.joining;

import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ThreadStackTrace;
import org.apache.spark.storage.BlockManagerMessages.TriggerThreadDump$;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;

/**
 * Writes down what the threads of the driver and of every executor are doing: {@code driver.txt}
 * and {@code executor-ID.txt} in {@code thread-dumps/TIME} of the run directory.
 */
final class ThreadDumps {
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);
  private static final Duration TO_WRITE = Duration.ofSeconds(30);
  private static final String DRIVER = "driver";

  /** In UTC, without the colons that HDFS does not allow. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Processes processes;
  private final RunDirectory directory;
  private final Duration toAnswer;

  /** The processes of an application. */
  interface Processes {
    /** The executors that are believed to be there. */
    List<String> executors();

    /** The stacks of the driver or of an executor; may take for ever. */
    String threads(String process);
  }

  /**
   * The dumps of any application.
   *
   * @param toAnswer how long the processes may take, all together
   */
  ThreadDumps(Processes processes, RunDirectory directory, Duration toAnswer) {
    this.processes = processes;
    this.directory = directory;
    this.toAnswer = toAnswer;
  }

  static ThreadDumps of(SparkContext spark, RunDirectory directory) {
    return new ThreadDumps(new SparkProcesses(spark), directory, TO_ANSWER);
  }

  /**
   * Asks all processes at once, writes their files and returns the directory. The file of a process
   * that gives no answer says so.
   *
   * @throws IllegalStateException if the files cannot be written in time
   */
  Path write(Instant now) {
    Path path = new Path(directory.path(), "thread-dumps/" + TIME.format(now));
    CompletableFuture<?>[] files =
        Stream.concat(Stream.of(DRIVER), processes.executors().stream())
            .map(process -> dump(process, path))
            .toArray(CompletableFuture<?>[]::new);
    long bound = toAnswer.plus(TO_WRITE).toMillis();
    try {
      CompletableFuture.allOf(files).orTimeout(bound, MILLISECONDS).join();
      return path;
    } catch (CompletionException e) {
      throw new IllegalStateException(
          String.format("Cannot write thread dumps to %s: %s", path, e.getCause()), e);
    }
  }

  private CompletableFuture<Void> dump(String process, Path path) {
    String file = process.equals(DRIVER) ? "driver.txt" : "executor-" + process + ".txt";
    // One that waits for a process that never answers must not keep this one from its end.
    DaemonThreads threads = new DaemonThreads("thread-dump-" + process);
    Executor thread = work -> threads.newThread(work).start();
    return CompletableFuture.supplyAsync(() -> processes.threads(process), thread)
        .completeOnTimeout(noAnswer(), toAnswer.toMillis(), MILLISECONDS)
        .exceptionally(failure -> "No dump: " + failure.getCause() + "\n")
        .thenAcceptAsync(text -> write(new Path(path, file), text), thread);
  }

  private String noAnswer() {
    return String.format(
        Locale.ROOT,
        "No answer within %d ms: the process is stopped, hangs or is gone%n",
        toAnswer.toMillis());
  }

  private void write(Path file, String text) {
    try (OutputStream out = file.getFileSystem(directory.hadoop()).create(file)) {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** Asks Spark, as its web page does. */
  private record SparkProcesses(SparkContext spark) implements Processes {
    @Override
    public List<String> executors() {
      return JavaConverters.seqAsJavaList(spark.getExecutorIds());
    }

    @Override
    public String threads(String process) {
      return Arrays.stream(stacks(process)).map(SparkProcesses::text).collect(joining("\n"));
    }

    /** Spark's own method for executors puts a stack trace into the log when it gets no answer. */
    private ThreadStackTrace[] stacks(String process) {
      if (process.equals(DRIVER)) {
        return spark.getExecutorThreadDump(DRIVER).get();
      }
      return spark
          .env()
          .blockManager()
          .master()
          .getExecutorEndpointRef(process)
          .get()
          .askSync(TriggerThreadDump$.MODULE$, ClassTag.apply(ThreadStackTrace[].class));
    }

    private static String text(ThreadStackTrace thread) {
      String waiting = thread.blockedByLock().isEmpty() ? "" : " on " + thread.blockedByLock();
      String owner =
          thread.blockedByThreadId().isEmpty()
              ? ""
              : " held by thread " + thread.blockedByThreadId().get();
      return String.format(
          Locale.ROOT,
          "\"%s\" thread %d, %s%s%s%n%s",
          thread.threadName(),
          thread.threadId(),
          thread.threadState(),
          waiting,
          owner,
          thread.stackTrace().mkString("    at ", "\n    at ", "\n"));
    }
  }
}
