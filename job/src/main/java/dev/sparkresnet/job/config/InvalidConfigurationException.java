package dev.sparkresnet.job.config;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.List;

/**
 * A configuration that the user must mend. The message names every problem, one a line, and no
 * password that a path carries.
 */
public final class InvalidConfigurationException extends UserErrorException {
  private static final long serialVersionUID = 1L;

  InvalidConfigurationException(List<String> problems) {
    this(problems, null);
  }

  InvalidConfigurationException(List<String> problems, Throwable cause) {
    super("Cannot read configuration: " + PathPassword.hide(String.join("\n", problems)), cause);
  }
}
