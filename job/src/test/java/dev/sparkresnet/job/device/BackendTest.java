package dev.sparkresnet.job.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BackendTest {
  @Test
  void knowsTheBackendOfThisBuild() {
    assertThat(Backend.ofThisJvm("here"))
        .isEqualTo(new Backend(Backend.Kind.CPU, List.of(), false));
  }
}
