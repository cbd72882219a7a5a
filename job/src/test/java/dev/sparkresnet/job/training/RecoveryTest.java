package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.RecoveryConfig;
import dev.sparkresnet.job.config.RecoveryConfig.OnDivergence;
import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.failure.ExecutorsLostException;
import dev.sparkresnet.job.failure.HungException;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  private final RuntimeException loss = new ExecutorsLostException("Cannot a: lost");
  private final RuntimeException divergence = new DivergedException("Cannot b: NaN");

  private static Recovery recovery(OnDivergence onDivergence) {
    return new Recovery(new RecoveryConfig(2, onDivergence, 0.5, 2));
  }

  @Test
  void goesOnAfterSoManyLosses() {
    Recovery recovery = recovery(OnDivergence.FAIL);
    assertThat(recovery.after(loss, 1, 0, false)).isOne();
    assertThat(recovery.after(loss, 1, 0, false)).isOne();
    assertThatThrownBy(() -> recovery.after(loss, 1, 0, false))
        .isInstanceOf(ExecutorsLostException.class)
        .hasMessage(
            "Cannot a: lost; 3 lost of at most 2 since the last checkpoint"
                + " (training.recovery.max-failures)");
  }

  @Test
  void forgetsLossesThatACheckpointFollowed() {
    Recovery recovery = recovery(OnDivergence.FAIL);
    for (int checkpoints = 0; checkpoints < 100; checkpoints++) {
      assertThat(recovery.after(loss, 0, checkpoints, false)).isZero();
      assertThat(recovery.after(loss, 0, checkpoints, false)).isZero();
    }
    assertThatThrownBy(() -> recovery.after(loss, 0, 99, false)).hasMessageContaining("3 lost of");
  }

  @Test
  void doesNotCountWhatTheClusterTookBack() {
    Recovery recovery = recovery(OnDivergence.FAIL);
    for (int i = 0; i < 100; i++) {
      assertThat(recovery.after(loss, 3, 0, true)).isEqualTo(3);
    }
  }

  @Test
  void failsOnDivergence() {
    assertThatThrownBy(() -> recovery(OnDivergence.FAIL).after(divergence, 0, 0, false))
        .isSameAs(divergence);
  }

  @Test
  void rollsBackSoOften() {
    Recovery recovery = recovery(OnDivergence.ROLL_BACK);
    assertThat(recovery.after(divergence, 0, 0, false)).isOne();
    assertThat(recovery.after(divergence, 1, 0, false)).isEqualTo(2);
    assertThatThrownBy(() -> recovery.after(divergence, 2, 0, false))
        .isInstanceOf(DivergedException.class)
        .hasMessage("Cannot b: NaN; after 2 roll-backs (training.recovery.max-roll-backs)");
  }

  @Test
  void endsWithAnythingElse() {
    RuntimeException hung = new HungException("Cannot c: no minibatch");
    assertThatThrownBy(() -> recovery(OnDivergence.ROLL_BACK).after(hung, 0, 0, false))
        .isSameAs(hung);
  }
}
