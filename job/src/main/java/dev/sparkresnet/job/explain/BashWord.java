package dev.sparkresnet.job.explain;

import java.util.regex.Pattern;

/** Text as one word of a bash command. */
final class BashWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private BashWord() {}

  /** The text in single quotes, in which nothing means anything, unless it needs none. */
  static String of(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
