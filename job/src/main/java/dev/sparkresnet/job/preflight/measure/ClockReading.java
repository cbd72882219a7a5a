package dev.sparkresnet.job.preflight.measure;

import java.io.Serializable;
import java.time.Duration;

/**
 * The clock of an executor's host, compared with the driver's.
 *
 * @param askedMillis by the driver's clock, before the executor's was read
 * @param readMillis by the executor's clock
 * @param answeredMillis by the driver's clock, after that
 */
public record ClockReading(Place place, long askedMillis, long readMillis, long answeredMillis)
    implements Serializable {

  /** How far they are apart at least, since when in between the clock was read is not known. */
  public Duration apart() {
    long behind = askedMillis - readMillis;
    long ahead = readMillis - answeredMillis;
    return Duration.ofMillis(Math.max(0, Math.max(behind, ahead)));
  }
}
