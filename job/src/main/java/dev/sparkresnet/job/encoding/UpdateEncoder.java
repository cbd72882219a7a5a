package dev.sparkresnet.job.encoding;

import dev.sparkresnet.job.config.GradientSharingConfig;
import java.util.Optional;
import org.deeplearning4j.optimize.solvers.accumulation.EncodingHandler;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.ThresholdAlgorithm;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.residual.ResidualClippingPostProcessor;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.AdaptiveThresholdAlgorithm;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.compression.ThresholdCompression;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Threshold encoding with error feedback (Strom 2015, "Scalable distributed DNN training using
 * commodity GPU cloud computing"): a message holds the parameters that have to change by at least
 * one threshold, each by exactly one threshold; the rest waits in the residual.
 *
 * <p>The state of the encoding is DL4J's and belongs to a thread: use an encoder on one thread
 * only.
 */
public final class UpdateEncoder {
  private static final int HEADER_LENGTH = 4;
  private static final int ENCODING_POSITION = 3;

  private final EncodingHandler handler;
  private final double startThreshold;
  private final INDArray residual;

  /**
   * @param threshold the threshold to start with; it adapts to the target sparsity
   * @param length the number of parameters
   */
  public UpdateEncoder(GradientSharingConfig sharing, double threshold, long length) {
    this.startThreshold = threshold;
    this.handler =
        new EncodingHandler(
            new AdaptiveThresholdAlgorithm(
                threshold,
                sharing.minimumSparsity(),
                sharing.maximumSparsity(),
                AdaptiveThresholdAlgorithm.DEFAULT_DECAY_RATE),
            new ResidualClippingPostProcessor(sharing.residualClip(), sharing.residualClipEvery()),
            Integer.MAX_VALUE,
            false);
    this.residual = Nd4j.zeros(DataType.FLOAT, length);
  }

  /**
   * Takes an update in and returns what is large enough to be shared now, if anything.
   *
   * @param update what is to be subtracted from the parameters
   */
  public Optional<INDArray> encode(INDArray update, int iteration, int epoch) {
    residual.subi(update);
    return Optional.ofNullable(handler.encodeUpdates(iteration, epoch, residual));
  }

  /** Adds the parameter changes of a message to the parameters. */
  public static void apply(INDArray message, INDArray parameters) {
    if (message.data().getInt(ENCODING_POSITION) == ThresholdCompression.BITMAP_ENCODING) {
      Nd4j.getExecutioner().bitmapDecode(message, parameters);
      return;
    }
    Nd4j.getExecutioner().thresholdDecode(message, parameters);
  }

  /** The number of parameters that a message changes. */
  public static long changes(INDArray message) {
    if (message.data().getInt(ENCODING_POSITION) == ThresholdCompression.BITMAP_ENCODING) {
      return changesOfBitmap(message);
    }
    return message.length() - HEADER_LENGTH;
  }

  /** A word of a bitmap has two bits for each of 16 parameters, 16 bits apart: size and sign. */
  private static long changesOfBitmap(INDArray message) {
    long changes = 0;
    for (long i = HEADER_LENGTH; i < message.length(); i++) {
      int word = message.data().getInt(i);
      changes += Integer.bitCount((word | word >>> 16) & 0xffff);
    }
    return changes;
  }

  /** The threshold of the last update, or the one to start with before there is any. */
  public double threshold() {
    ThresholdAlgorithm used = handler.getAverageThresholdAlgorithm();
    return used == null ? startThreshold : ((AdaptiveThresholdAlgorithm) used).getLastThreshold();
  }
}
