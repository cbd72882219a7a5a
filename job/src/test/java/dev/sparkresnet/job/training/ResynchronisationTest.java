package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.replica.Drift;
import dev.sparkresnet.job.replica.EpochPlan.Start;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResynchronisationTest {
  private static Resynchronisation of(String... assignments) {
    List<String> all = new java.util.ArrayList<>(List.of("run-directory=a", "dataset.path=b"));
    all.addAll(List.of(assignments));
    return new Resynchronisation(ResolvedConfiguration.read(Optional.empty(), all).training());
  }

  private static List<Drift> drift(double relative) {
    return List.of(new Drift(0, 10), new Drift(relative * 10, 10));
  }

  @Test
  void replicasThatGotOtherUpdatesFailTheEpoch() {
    assertThat(of().startOfNextEpoch(drift(1e-6))).isEqualTo(Start.DRIVER);
    assertThatThrownBy(() -> of().startOfNextEpoch(drift(2e-3)))
        .hasMessage(
            "Cannot close the epoch: a replica is 2.0e-03 of the norm away from the driver, more"
                + " than 1.0E-4 (training.gradient-sharing.drift-limit): updates were lost or"
                + " counted twice");
    assertThatThrownBy(() -> of().startOfNextEpoch(drift(Double.NaN)))
        .hasMessageStartingWith("Cannot close the epoch: ");
  }

  @Test
  void replicasThatAreToDriftMayDrift() {
    assertThat(of("gradient-sharing.resynchronise=never").startOfNextEpoch(drift(2e-3)))
        .isEqualTo(Start.OWN);
    assertThat(of("gradient-sharing.resynchronise=on-drift").startOfNextEpoch(drift(2e-3)))
        .isEqualTo(Start.DRIVER);
    assertThat(of("master=parameter-averaging").startOfNextEpoch(drift(2e-3)))
        .isEqualTo(Start.DRIVER);
  }
}
