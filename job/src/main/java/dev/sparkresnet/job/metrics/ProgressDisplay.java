package dev.sparkresnet.job.metrics;

import java.time.Clock;

/** Shows on standard error how far a task has come and how long it will still take. */
public interface ProgressDisplay extends AutoCloseable {

  /**
   * Starts to show a task: a bar on a terminal, a line for every tenth otherwise. What cannot be
   * shown is left out.
   *
   * @param total steps of the task, or -1 if not known
   */
  // JDK 17, which Spark needs, has no console without a terminal; later ones do.
  @SuppressWarnings("SystemConsoleNull")
  static ProgressDisplay start(String task, long total) {
    return new OptionalDisplay(
        () ->
            System.console() == null
                ? new PlainProgressDisplay(task, total, System.err, Clock.systemUTC())
                : new BarProgressDisplay(task, total));
  }

  /** Says that so many steps are done, which is no fewer than last time. */
  void stepTo(long done);

  /** Shows a remark: beside the bar until the next one, or on a line of its own. */
  void remark(String text);

  @Override
  void close();
}
