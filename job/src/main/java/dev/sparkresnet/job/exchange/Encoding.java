package dev.sparkresnet.job.exchange;

/** How updates and their sums are written. */
public enum Encoding {
  /** Counts of thresholds; what is below a threshold is kept for later (Strom 2015). */
  THRESHOLD,
  /** All numbers, as IEEE 754 floats of 4 bytes. */
  DENSE_FLOAT32,
  /** All numbers, rounded to the upper 2 bytes of a float. */
  DENSE_BFLOAT16
}
