package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SkeletonTest {
  @Test
  void compiles() {
    assertThat(Skeleton.class).isNotNull();
  }
}
