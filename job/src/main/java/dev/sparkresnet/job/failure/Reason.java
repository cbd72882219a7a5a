package dev.sparkresnet.job.failure;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.joining;

import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why something failed, as it goes after the colon of a message. */
public final class Reason {
  private static final int LONGEST = 2_000;
  private static final String CUT = " ...";

  /** Controls, invisible formatting such as changes of direction, separators, halves of pairs. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

  /** What every message to a user begins with that says what cannot be done and why. */
  private static final String CANNOT = "Cannot ";

  private Reason() {}

  /** Whether a failure has a message for users, which needs no further words. */
  public static boolean saysWhatCannotBeDone(Throwable failure) {
    return firstLine(failure).startsWith(CANNOT);
  }

  /**
   * The first line of what a failure says, or of what caused it if it says no more than that.
   * Hadoop puts stack traces of the server into its messages.
   */
  public static String of(Throwable failure) {
    Throwable telling = Causes.telling(failure);
    String kind = telling.getClass().getSimpleName();
    String line = firstLine(telling);
    if (line.isEmpty()) {
      return kind;
    }
    if (telling instanceof UnknownHostException) {
      return onOneLine("unknown host: " + line);
    }
    // What java.nio says is often just the path.
    return onOneLine(telling instanceof FileSystemException ? kind + ": " + line : line);
  }

  /** The same behind the kind of failure, for one that nobody expected. */
  public static String withKind(Throwable failure) {
    Throwable telling = Causes.telling(failure);
    String kind = telling.getClass().getSimpleName();
    String line = firstLine(telling);
    return onOneLine(line.isEmpty() ? kind : kind + ": " + line);
  }

  private static String firstLine(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "").lines().findFirst().orElse("");
  }

  /**
   * A text on one line that a terminal or a log can show, whatever is in it: lines are joined by
   * semicolons, what cannot be printed is escaped, and what is longer than 2,000 characters is cut.
   */
  static String onOneLine(String text) {
    String start = text.substring(0, Math.min(text.length(), LONGEST + 1));
    String line =
        start.lines().map(String::strip).filter(not(String::isEmpty)).collect(joining("; "));
    String shown =
        UNPRINTABLE
            .matcher(line)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        String.format(Locale.ROOT, "\\u%04x", found.group().codePointAt(0))));
    boolean isWhole = start.length() == text.length() && shown.length() <= LONGEST;
    return isWhole
        ? shown
        : shown.substring(0, Math.min(shown.length(), LONGEST - CUT.length())) + CUT;
  }
}
