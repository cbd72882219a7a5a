package dev.sparkresnet.job.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Spark's authentication and encryption, which a run has unless somebody decided about them: what
 * executors are sent holds the secret of the exchange of updates.
 */
public final class Authentication {
  /** Whether processes of an application have to know its secret. */
  public static final String AUTHENTICATE = "spark.authenticate";

  /** The secret, where Spark does not make one. */
  public static final String SECRET = "spark.authenticate.secret";

  /** Whether what they say to each other is encrypted. */
  public static final String ENCRYPT = "spark.network.crypto.enabled";

  private Authentication() {}

  /**
   * What is to be set besides, where Spark makes the secret by itself.
   *
   * @param decided what was set before, by key
   */
  public static Map<String, String> by(String master, Function<String, Optional<String>> decided) {
    boolean makesSecret = master.equals("yarn") || master.startsWith("k8s://");
    return makesSecret ? unless(decided) : Map.of();
  }

  /**
   * Whether nobody without the secret of the application can join it or read along.
   *
   * @param settings null for what is not set
   */
  public static boolean isOn(UnaryOperator<String> settings) {
    return Boolean.parseBoolean(settings.apply(AUTHENTICATE))
        && Boolean.parseBoolean(settings.apply(ENCRYPT));
  }

  /** What is to be set besides, by one who makes a secret. */
  public static Map<String, String> unless(Function<String, Optional<String>> decided) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (decided.apply(AUTHENTICATE).isEmpty()) {
      settings.put(AUTHENTICATE, "true");
      if (decided.apply(ENCRYPT).isEmpty()) {
        settings.put(ENCRYPT, "true");
      }
    }
    return settings;
  }
}
