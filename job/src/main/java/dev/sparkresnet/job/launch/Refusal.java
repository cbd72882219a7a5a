package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.failure.UserErrorException;

/** How a launch says that its arguments or its environment will not do. */
final class Refusal {
  private static final String SCRIPT = "submit/job.sh";

  private Refusal() {}

  static UserErrorException of(String why) {
    return of(SCRIPT, why);
  }

  static UserErrorException of(String script, String why) {
    return new UserErrorException("Cannot run %s: %s".formatted(script, why));
  }
}
