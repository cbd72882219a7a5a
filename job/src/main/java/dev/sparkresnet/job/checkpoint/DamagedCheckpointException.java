package dev.sparkresnet.job.checkpoint;

import dev.sparkresnet.job.failure.NonRetryable;
import java.io.IOException;

/** A checkpoint is not what was written; the message names the file and what is wrong with it. */
final class DamagedCheckpointException extends IOException implements NonRetryable {
  DamagedCheckpointException(String file, String why) {
    super(file + ": " + why);
  }

  DamagedCheckpointException(String file, String why, Throwable cause) {
    super(file + ": " + why, cause);
  }
}
