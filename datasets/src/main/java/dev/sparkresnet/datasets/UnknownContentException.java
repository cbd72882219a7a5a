package dev.sparkresnet.datasets;

import java.io.IOException;

/** What is read is no archive, nor anything else that is known. */
final class UnknownContentException extends IOException {
  UnknownContentException(String message) {
    super(message);
  }
}
