package dev.sparkresnet.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepProgressTest {
  @Test
  void fitsOnOneLine() {
    StepProgress progress = new StepProgress(3, 20, 100, 390, 1.2344, 0.5514, 2e-5, 138.6);
    assertThat(progress.logLine())
        .isEqualTo(
            "epoch 3/20, step 100/390: loss 1.234, accuracy 55.1 %, learning rate 2.00e-05, "
                + "139 examples/s");
  }
}
