package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InvalidDatasetExceptionTest {
  @ParameterizedTest
  @MethodSource("causesAndReasons")
  void saysInOneLineWhatTheCauseIs(Exception cause, String reason) {
    InvalidDatasetException exception = InvalidDatasetException.cannotRead("p", cause);

    assertThat(exception).hasMessage("Cannot read dataset p: " + reason).hasCause(cause);
  }

  static Stream<Arguments> causesAndReasons() {
    return Stream.of(
        Arguments.of(new IOException("disk full\nadvice\nmore advice"), "disk full"),
        Arguments.of(new IOException(), "IOException"),
        Arguments.of(
            new EOFException("position 7"),
            "it ends too early, as after a copy that was interrupted: copy it again"),
        Arguments.of(new IOException("outer", new IllegalStateException("inner")), "outer"),
        Arguments.of(new IllegalArgumentException(new IOException("inner")), "inner"),
        Arguments.of(
            new IllegalArgumentException(new UnknownHostException("nn")), "unknown host (nn)"),
        Arguments.of(
            new IOException("Call failed", new ConnectException("refused")),
            "no connection (refused)"),
        Arguments.of(new AccessDeniedException("/secret"), "permission denied (/secret)"));
  }
}
