package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.datasets.Augmentation.Crop;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final Augmentation STANDARD = Augmentation.padAndCropAndFlip(4);

  /** From a program in Python: row and column from -4 to 4, mirrored columns counted from 31. */
  @Test
  void cropsByTheNumbersOfTheDescribedStream() {
    assertThat(STANDARD.crop(42, 0, 0)).isEqualTo(new Crop(0, 31, -1));
    assertThat(STANDARD.crop(42, 0, 1)).isEqualTo(new Crop(-4, 28, -1));
    assertThat(STANDARD.crop(42, 1, 0)).isEqualTo(new Crop(2, 4, 1));
    assertThat(STANDARD.crop(7, 0, 12345)).isEqualTo(new Crop(3, -1, 1));
  }

  @Test
  void cropsAtEveryPlaceAboutEquallyOftenAndMirrorsHalf() {
    int[] rows = new int[9];
    int[] columns = new int[9];
    int mirrored = 0;
    for (int index = 0; index < 9000; index++) {
      Crop crop = STANDARD.crop(1, 0, index);
      rows[crop.firstRow() + 4]++;
      columns[crop.firstColumn() + 4 - (crop.columnStep() < 0 ? 31 : 0)]++;
      mirrored += crop.columnStep() < 0 ? 1 : 0;
    }

    // Five standard deviations of binomial counts.
    assertThat(IntStream.of(rows)).allMatch(count -> Math.abs(count - 1000) < 149);
    assertThat(IntStream.of(columns)).allMatch(count -> Math.abs(count - 1000) < 149);
    assertThat(mirrored).isBetween(4500 - 237, 4500 + 237);
  }

  @Test
  void noneLeavesEveryImageAsItIs() {
    for (int index = 0; index < 100; index++) {
      assertThat(Augmentation.none().crop(1, 0, index)).isEqualTo(new Crop(0, 0, 1));
    }
  }

  @Test
  void refusesPaddingAndProbabilitiesThatMakeNoSense() {
    assertThatThrownBy(() -> Augmentation.padAndCropAndFlip(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot augment with padding -1: must be 0 to 32");
    assertThatThrownBy(() -> new Augmentation(4, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot augment with flip probability NaN: must be 0 to 1");
  }
}
