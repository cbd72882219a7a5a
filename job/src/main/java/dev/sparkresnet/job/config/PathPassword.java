package dev.sparkresnet.job.config;

import java.util.regex.Pattern;

/**
 * The password that a path may carry, as in {@code s3a://KEY:PASSWORD@bucket/run}. Paths are
 * written to logs, checkpoints and results, and stand in process lists.
 */
public final class PathPassword {
  /** How a message names the rule against it and what to do instead. */
  public static final String REQUIREMENT =
      "must not hold a password; keep it in a Hadoop credential provider or in a properties file"
          + " that only you can read (submit/job.sh --properties-file)";

  /**
   * A password may hold unescaped slashes, as keys of S3 do, blanks and further at signs. A port is
   * none, nor is what follows the bracket of an IPv6 address.
   */
  private static final Pattern USER_INFO =
      Pattern.compile("://(?!\\[)[^/@:\n]*:(?!\\d*(?:[/\"\\s]|$))[^@\n]*@(?:[^@\\s]*@)*");

  private PathPassword() {}

  /** Whether a path carries one. */
  public static boolean isIn(String path) {
    return USER_INFO.matcher(path).find();
  }

  /** A text without the users and passwords of the paths in it. */
  public static String hide(String text) {
    return USER_INFO.matcher(text).replaceAll("://***@");
  }
}
