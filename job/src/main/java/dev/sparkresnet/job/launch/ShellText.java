package dev.sparkresnet.job.launch;

import java.util.regex.Pattern;

/** A command as text that bash reads back into the same words. */
final class ShellText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
  private static final Pattern OPTION = Pattern.compile("--[a-z].*", Pattern.DOTALL);

  private final StringBuilder text;

  /** A command that begins with what bash has to read as it is. */
  ShellText(String program) {
    this.text = new StringBuilder(program);
  }

  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** Adds words, options on lines of their own. */
  ShellText add(Iterable<String> words) {
    for (String word : words) {
      if (OPTION.matcher(word).matches()) {
        newLine();
      } else {
        text.append(' ');
      }
      text.append(quoted(word));
    }
    return this;
  }

  /** Adds a word on a line of its own. */
  ShellText addLine(String word) {
    newLine();
    text.append(quoted(word));
    return this;
  }

  private void newLine() {
    text.append(" \\\n    ");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
