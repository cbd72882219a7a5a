package dev.sparkresnet.job.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tenth of ResNet-50's parameters, of which each replica sends 1.9 %. */
class RoundReplayTest {
  private static final int PARAMETERS = 2_358_171;

  /**
   * Bytes that a replica sends, for all parameters: 1, 4 and 10 MB at most; entropy and a fifth.
   */
  @ParameterizedTest
  @CsvSource({"2, 0.46, 0.8", "8, 0.46, 2.2", "64, 0.46, 6.4"})
  void sendsNoMoreThanItsEntropyAndAFifth(int participants, double update, double sum) {
    RoundReplay replay = RoundReplay.of(participants, PARAMETERS, 0.019, 1, 1);
    double share = (participants - 1.0) / participants;
    double megabytes = share * 10 * (replay.updateBytes() + replay.sumBytes()) / 1e6;
    assertThat(megabytes).isBetween(0.9 * share * (update + sum), 1.2 * share * (update + sum));
    assertThat(replay.sum()).isPositive();
    assertThat(replay.apply()).isPositive();
  }
}
