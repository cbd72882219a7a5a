package dev.sparkresnet.job.failure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that a run does without when it fails, such as its picture or its gauges: what is optional
 * never decides how a run ends.
 */
public final class OptionalWork {
  private static final Logger LOG = LoggerFactory.getLogger(OptionalWork.class);

  private final String consequence;
  private boolean isWarned;

  /**
   * Work of one kind.
   *
   * @param consequence of a failure, for the log, such as {@code the learning curve is not drawn}
   */
  public OptionalWork(String consequence) {
    this.consequence = consequence;
  }

  /**
   * Does the work. If it fails, whatever it throws, the first failure of this kind is logged.
   *
   * @throws OutOfMemoryError which concerns everything else in this JVM, too
   */
  public void attempt(Runnable work) {
    try {
      work.run();
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      warn(e);
    }
  }

  private synchronized void warn(Throwable failure) {
    if (!isWarned) {
      isWarned = true;
      LOG.warn("{}: {}", consequence, Reason.onOneLine(failure.toString()));
    }
  }
}
