package dev.sparkresnet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSpecTest {
  private static final NetworkSpec SPEC = NetworkSpec.resNet50(32, 10);

  @Test
  void resNet50IsTheNetworkOfThePaper() {
    assertThat(SPEC)
        .isEqualTo(
            new NetworkSpec(
                32, 3, 10, Stem.IMAGENET, StrideIn.FIRST, List.of(3, 4, 6, 3), 64, Layers.FAST));
  }

  @Test
  void withersChangeOneValue() {
    assertThat(
            SPEC.withStem(Stem.CIFAR)
                .withStrideIn(StrideIn.SECOND)
                .withBlocks(List.of(1, 2))
                .withWidth(8)
                .withChannels(1)
                .withLayers(Layers.STOCK))
        .isEqualTo(
            new NetworkSpec(
                32, 1, 10, Stem.CIFAR, StrideIn.SECOND, List.of(1, 2), 8, Layers.STOCK));
  }

  @Test
  void rejectsImagesSmallerThanTheStrides() {
    assertRejected(() -> NetworkSpec.resNet50(31, 10), "input size must be at least 32, found 31");
    assertRejected(
        () ->
            new NetworkSpec(
                7, 3, 10, Stem.CIFAR, StrideIn.FIRST, List.of(3, 4, 6, 3), 64, Layers.STOCK),
        "input size must be at least 8, found 7");
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 31, 32, 33, 64, 65})
  void rejectsMoreStagesThanAnyImageIsLargeEnoughFor(int stages) {
    assertThatThrownBy(() -> SPEC.withBlocks(Collections.nCopies(stages, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot build network: input size must be at least ")
        .hasMessageEndingWith(", found 32");
  }

  @Test
  void hasMoreParametersThanItsFewest() {
    assertThat(SPEC.fewestParameters())
        .isEqualTo(9.0 * (3 * 64 * 64 + 4 * 128 * 128 + 6 * 256 * 256 + 3 * 512 * 512))
        .isLessThan(23_528_586);
  }

  @Test
  void rejectsValuesOutOfRange() {
    assertRejected(() -> NetworkSpec.resNet50(32, 1), "classes must be at least 2, found 1");
    assertRejected(() -> SPEC.withChannels(0), "channels must be at least 1, found 0");
    assertRejected(() -> SPEC.withWidth(0), "width must be at least 1, found 0");
    assertRejected(
        () -> SPEC.withBlocks(List.of()), "number of stages must be at least 1, found 0");
    assertRejected(
        () -> SPEC.withBlocks(List.of(1, 0)), "blocks of a stage must be at least 1, found 0");
  }

  private static void assertRejected(Runnable construction, String why) {
    assertThatThrownBy(construction::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot build network: " + why);
  }
}
