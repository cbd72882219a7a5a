package dev.sparkresnet.job.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.config.PortRange;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class UpdateEncoderTest {
  private static final double THRESHOLD = 1e-3;
  private static final int LENGTH = 4_096;

  private static final GradientSharingConfig SHARING =
      new GradientSharingConfig(
          THRESHOLD,
          1e-4,
          1e-2,
          5,
          5,
          GradientSharingConfig.Combine.AVERAGE,
          GradientSharingConfig.Resynchronise.EVERY_EPOCH,
          1e-4,
          new PortRange(1, 10),
          "",
          Duration.ofSeconds(1));

  private final UpdateEncoder encoder = new UpdateEncoder(SHARING, THRESHOLD, LENGTH);
  private final INDArray parameters = Nd4j.zeros(LENGTH);

  private void share(INDArray update, int iteration) {
    encoder
        .encode(update, iteration, 1)
        .ifPresent(message -> UpdateEncoder.apply(message, parameters));
  }

  @Test
  void hasTheThresholdThatItStartedWithBeforeTheFirstUpdate() {
    assertThat(encoder.threshold()).isEqualTo(THRESHOLD);
  }

  @Test
  void movesAParameterAgainstItsUpdateByOneThreshold() {
    INDArray update = Nd4j.zeros(LENGTH);
    update.putScalar(7, 0.0025);
    update.putScalar(9, -0.0025);
    share(update, 0);
    assertThat(parameters.getDouble(7)).isCloseTo(-THRESHOLD, within(1e-7));
    assertThat(parameters.getDouble(9)).isCloseTo(THRESHOLD, within(1e-7));
    assertThat(parameters.getDouble(8)).isZero();
  }

  @Test
  void keepsTheRestForLaterMessages() {
    INDArray update = Nd4j.zeros(LENGTH);
    update.get(NDArrayIndex.interval(0, 20)).assign(0.0025);
    for (int iteration = 0; iteration < 3; iteration++) {
      share(iteration == 0 ? update : Nd4j.zeros(LENGTH), iteration);
    }
    assertThat(parameters.getDouble(7)).isBetween(-0.0025, -1.9 * THRESHOLD);
  }

  @Test
  void sendsNothingWhenNothingIsLargeEnough() {
    INDArray update = Nd4j.zeros(LENGTH);
    share(update, 0);
    update.putScalar(7, THRESHOLD / 4);
    assertThat(encoder.encode(update, 1, 1)).isEmpty();
  }
}
