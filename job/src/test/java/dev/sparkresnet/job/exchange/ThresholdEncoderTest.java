package dev.sparkresnet.job.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Random;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.residual.ResidualClippingPostProcessor;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against libnd4j's encoder and DL4J's clipping of what is kept for later. */
class ThresholdEncoderTest {
  private static final int PARAMETERS = 3 * Ranges.SEGMENT + 77;
  private static final float THRESHOLD = 1e-3f;
  private static final double CLIP = 2.5;
  private static final int EVERY = 3;

  @Test
  void sendsAndKeepsWhatDl4jDoes() {
    Ranges ranges = new Ranges(PARAMETERS, 1);
    FloatBuffer residual = FloatBuffer.allocate(PARAMETERS);
    INDArray kept = Nd4j.zeros(PARAMETERS);
    ResidualClippingPostProcessor clipping = new ResidualClippingPostProcessor(CLIP, EVERY);
    Random random = new Random(11);
    for (int round = 0; round < 7; round++) {
      float[] update = new float[PARAMETERS];
      for (int i = 0; i < PARAMETERS; i++) {
        update[i] = (float) random.nextGaussian() * (i % 50 == 0 ? 5e-3f : 3e-4f);
      }
      kept.subi(Nd4j.createFromArray(update));
      INDArray sent = Nd4j.zeros(PARAMETERS);
      INDArray message = Nd4j.getExecutioner().thresholdEncode(kept, THRESHOLD);
      INDArray decoded = Nd4j.getExecutioner().thresholdDecode(message, sent);
      clipping.processResidual(round, 0, THRESHOLD, kept);
      float[] own = encoded(ranges, residual, update, round);
      assertThat(own).as("sent in round " + round).isEqualTo(decoded.toFloatVector());
      assertThat(residual.array()).as("kept in round " + round).isEqualTo(kept.toFloatVector());
    }
  }

  private static float[] encoded(Ranges ranges, FloatBuffer residual, float[] update, int round) {
    float clip =
        round > 0 && round % EVERY == 0 ? (float) (THRESHOLD * CLIP) : Float.POSITIVE_INFINITY;
    Scratch scratch = Scratch.ofThisThread();
    float[] sent = new float[PARAMETERS];
    int changes = 0;
    for (int index = 0; index < ranges.pieces(0); index++) {
      Ranges.Piece piece = ranges.piece(0, index);
      BitWriter out = new BitWriter();
      changes +=
          new ThresholdEncoder(residual, FloatBuffer.wrap(update), THRESHOLD, clip, scratch, out)
              .encode(piece);
      decode(piece, out, sent);
    }
    int notZero = 0;
    for (float value : sent) {
      notZero += value == 0 ? 0 : 1;
    }
    assertThat(changes).isEqualTo(notZero);
    return sent;
  }

  private static void decode(Ranges.Piece piece, BitWriter out, float[] sent) {
    byte[] bytes = new byte[out.length()];
    out.copyTo(bytes, 0);
    BitReader in = new BitReader();
    in.start(bytes, 0, bytes.length);
    for (int start = piece.start(); start < piece.end(); start += Ranges.SEGMENT) {
      int length = Math.min(Ranges.SEGMENT, piece.end() - start);
      short[] counts = new short[Ranges.SEGMENT];
      int unused = SegmentCode.addTo(counts, new int[Ranges.SEGMENT], length, in);
      for (int i = 0; i < length; i++) {
        sent[start + i] = counts[i] * THRESHOLD;
      }
    }
  }
}
