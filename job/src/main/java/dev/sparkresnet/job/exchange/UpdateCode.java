package dev.sparkresnet.job.exchange;

import java.nio.FloatBuffer;
import java.util.List;

/** How updates and sums are written, and what becomes of sums. */
interface UpdateCode {
  /** Forgets what was kept for later. */
  void reset();

  /**
   * Writes the bodies of a replica's update, one for each owner.
   *
   * @param update to be subtracted from the parameters
   * @param threshold of the round
   * @param clip bound of what is kept for later, positive infinity for none
   * @return parameters that each of them changes
   */
  List<Long> writeParts(FloatBuffer update, float threshold, float clip, List<Message> parts);

  /**
   * Writes the body of an owner's sum.
   *
   * @param parts of all replicas, in their order
   */
  void writeSum(int owner, List<Message> parts, Message sum);

  /**
   * Changes the parameters by the sums.
   *
   * @param sums of all owners, in their order
   */
  void apply(List<Message> sums, float threshold, FloatBuffer parameters);

  /** Bytes of the longest body for an owner. */
  int longestBody(int owner);
}
