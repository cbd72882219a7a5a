package dev.sparkresnet.job;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text of the documentation, taken apart.
 *
 * @param name from the top of the repository
 */
record MarkdownFile(String name, List<String> lines) {
  /** Of the repository. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final String FENCE = "```";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  static MarkdownFile of(String name) throws IOException {
    return new MarkdownFile(name, Files.readAllLines(ROOT.resolve(name)));
  }

  Path folder() {
    return ROOT.resolve(name).getParent();
  }

  /** What stands between backticks. */
  List<String> code() {
    return CODE.matcher(prose()).results().map(found -> found.group(1)).toList();
  }

  List<String> links() {
    return LINK.matcher(prose()).results().map(found -> found.group(1)).toList();
  }

  /** What links to headings end with. */
  List<String> anchors() {
    return prose().lines().filter(line -> line.startsWith("#")).map(MarkdownFile::anchor).toList();
  }

  private static String anchor(String heading) {
    return heading
        .replaceFirst("^#+ ", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{Alnum} -]", "")
        .replace(' ', '-');
  }

  /** The cells of every row of the tables below a heading, without the blanks around them. */
  List<List<String>> rows(String heading) {
    return prose()
        .lines()
        .dropWhile(line -> !line.equals("## " + heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| ") || line.startsWith("|-"))
        .map(line -> Stream.of(line.split("\\|", -1)).skip(1).map(String::strip).toList())
        .toList();
  }

  /** The commands of blocks of shell code, each on one line and without comments. */
  List<String> commands() {
    List<String> commands = new ArrayList<>();
    boolean shell = false;
    StringBuilder command = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith(FENCE)) {
        shell = line.equals(FENCE + "sh");
      } else if (shell) {
        command.append(line.replaceFirst("\\s+# .*", "").replaceFirst("\\\\$", ""));
        if (!line.endsWith("\\")) {
          commands.add(command.toString());
          command.setLength(0);
        }
      }
    }
    return commands;
  }

  /** All lines outside of blocks of code. */
  private String prose() {
    List<String> prose = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      if (line.startsWith(FENCE)) {
        inside = !inside;
      } else if (!inside) {
        prose.add(line);
      }
    }
    return prose.stream().collect(joining("\n"));
  }

  @Override
  public String toString() {
    return name;
  }
}
