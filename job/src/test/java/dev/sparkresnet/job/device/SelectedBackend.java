package dev.sparkresnet.job.device;

import dev.sparkresnet.job.failure.UserErrorException;
import org.nd4j.linalg.factory.Nd4j;

/** Starts ND4J in a JVM, on a backend that was selected or on that which it takes by itself. */
final class SelectedBackend {
  static final String BY_ITSELF = "by itself";

  private SelectedBackend() {}

  public static void main(String[] arguments) {
    System.out.println("answer: " + answer(arguments[0]));
    // Native threads must not keep a JVM that could not load its libraries.
    Runtime.getRuntime().halt(0);
  }

  private static String answer(String selection) {
    if (!selection.equals(BY_ITSELF)) {
      BackendSelection.select(Backend.Kind.valueOf(selection));
      try {
        Backend unused = Backend.ofThisJvm("this host");
      } catch (UserErrorException e) {
        return e.getMessage();
      }
    }
    return "%s adds up to %s"
        .formatted(Nd4j.getBackend().getClass().getSimpleName(), Nd4j.ones(3).sumNumber());
  }
}
