package dev.sparkresnet.job.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.LoggedLines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionalWorkTest {
  private final OptionalWork work = new OptionalWork("The picture is not drawn");

  @Test
  void isLeftOutWithOneWarningWhateverItThrows() {
    List<String> done = new ArrayList<>();
    try (LoggedLines log = new LoggedLines()) {
      work.attempt(
          () -> {
            throw new InternalError("no fonts");
          });
      work.attempt(
          () -> {
            throw new IllegalStateException("again");
          });
      work.attempt(() -> done.add("drawn"));
      assertThat(log.all())
          .containsExactly("The picture is not drawn: java.lang.InternalError: no fonts");
    }
    assertThat(done).containsExactly("drawn");
  }

  @Test
  void doesNotHideThatThereIsNoMemoryLeft() {
    assertThatThrownBy(
            () ->
                work.attempt(
                    () -> {
                      throw new OutOfMemoryError("heap");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }
}
