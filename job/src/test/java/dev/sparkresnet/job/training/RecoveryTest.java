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
    assertThat(recovery.after(loss, 1)).isOne();
    assertThat(recovery.after(loss, 1)).isOne();
    assertThatThrownBy(() -> recovery.after(loss, 1))
        .isInstanceOf(ExecutorsLostException.class)
        .hasMessage("Cannot a: lost; 3 lost of at most 2 (training.recovery.max-failures)");
  }

  @Test
  void failsOnDivergence() {
    assertThatThrownBy(() -> recovery(OnDivergence.FAIL).after(divergence, 0)).isSameAs(divergence);
  }

  @Test
  void rollsBackSoOften() {
    Recovery recovery = recovery(OnDivergence.ROLL_BACK);
    assertThat(recovery.after(divergence, 0)).isOne();
    assertThat(recovery.after(divergence, 1)).isEqualTo(2);
    assertThatThrownBy(() -> recovery.after(divergence, 2))
        .isInstanceOf(DivergedException.class)
        .hasMessage("Cannot b: NaN; after 2 roll-backs (training.recovery.max-roll-backs)");
  }

  @Test
  void endsWithAnythingElse() {
    RuntimeException hung = new HungException("Cannot c: no minibatch");
    assertThatThrownBy(() -> recovery(OnDivergence.ROLL_BACK).after(hung, 0)).isSameAs(hung);
  }
}
