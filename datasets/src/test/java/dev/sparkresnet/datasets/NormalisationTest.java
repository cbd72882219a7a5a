package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NormalisationTest {
  @Test
  void scalesBytesToTheUnitInterval() {
    for (float[] table : Normalisation.scaleToUnit().tables()) {
      assertThat(table).hasSize(256);
      assertThat(table[0]).isZero();
      assertThat(table[51]).isEqualTo(0.2f);
      assertThat(table[255]).isEqualTo(1f);
    }
  }

  @Test
  void standardisesEachChannelByItsOwnStatistics() {
    Normalisation normalisation =
        new Normalisation(List.of(0.5, 0.4, 0.2), List.of(0.25, 0.2, 0.1));

    float[][] tables = normalisation.tables();

    assertThat(tables[0][255]).isEqualTo(2f);
    assertThat(tables[1][51]).isEqualTo(-1f);
    assertThat(tables[2][51]).isZero();
  }

  @Test
  void takesTheStatisticsOfTheTrainingSet() {
    ChannelStatistics statistics = ChannelStatistics.of(CifarFiles.recordList(5).iterator());

    Normalisation normalisation = Normalisation.standardise(statistics);

    assertThat(normalisation.mean())
        .containsExactly(statistics.mean()[0], statistics.mean()[1], statistics.mean()[2]);
    assertThat(normalisation.standardDeviation().get(2))
        .isEqualTo(statistics.standardDeviation()[2]);
  }

  @Test
  void refusesAChannelWithoutDeviation() {
    CifarRecord black = new CifarRecord(0, new byte[3073]);
    ChannelStatistics statistics =
        ChannelStatistics.of(Collections.singletonList(black).iterator());

    assertThatThrownBy(() -> Normalisation.standardise(statistics))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot normalise by standard deviation [0.0, 0.0, 0.0]: each must be above 0");
  }

  @Test
  void refusesOtherNumbersOfChannels() {
    assertThatThrownBy(() -> new Normalisation(List.of(0.0), List.of(1.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot normalise by mean [0.0] and standard deviation [1.0]: each needs 3 values");
  }
}
