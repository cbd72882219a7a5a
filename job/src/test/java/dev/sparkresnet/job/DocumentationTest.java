package dev.sparkresnet.job;

import static dev.sparkresnet.job.MarkdownFile.ROOT;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.failure.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documentation says is so, as far as a machine can tell. */
class DocumentationTest {
  private static final int LINES_OF_THE_README = 150;

  /** Rows of a table above its first. */
  private static final int HEAD = 2;

  private static final List<String> FOLDERS = List.of("datasets", "model", "job", "conf", "submit");

  /** That a build or a run makes. */
  private static final Set<String> MADE = Set.of("configuration.conf");

  private static final Pattern FILE_NAME =
      Pattern.compile("[\\w-]+\\.(sh|py|yaml|yml|conf|options|properties|example|java)");
  private static final Pattern SETTING = Pattern.compile("([a-z-]+\\.)+[a-z-]+");
  private static final Pattern TEST_CLASS = Pattern.compile("[A-Z]\\w*\\*?(Test|IT)\\b");
  private static final Pattern SENTENCE =
      Pattern.compile("/\\*\\*(.*?\\.)(?=\\s|\\*/)", Pattern.DOTALL);

  static Stream<MarkdownFile> texts() throws IOException {
    Stream.Builder<MarkdownFile> texts = Stream.builder();
    texts.add(MarkdownFile.of("README.md"));
    for (String folder : FOLDERS) {
      texts.add(MarkdownFile.of(folder + "/README.md"));
    }
    return texts.build();
  }

  @Test
  void theFirstTextIsShort() throws IOException {
    assertThat(MarkdownFile.of("README.md").lines()).hasSizeLessThanOrEqualTo(LINES_OF_THE_README);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void linksLeadSomewhere(MarkdownFile text) throws IOException {
    for (String link : text.links()) {
      if (link.startsWith("https://")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path target =
          parts[0].isEmpty() ? ROOT.resolve(text.name()) : text.folder().resolve(parts[0]);
      assertThat(target).as("%s: %s", text, link).exists();
      if (parts.length == 2) {
        String name = ROOT.relativize(target.normalize()).toString();
        assertThat(MarkdownFile.of(name).anchors()).as("%s: %s", text, link).contains(parts[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void filesAreThere(MarkdownFile text) {
    Set<String> names = namesOfFiles();
    for (String word : wordsOfCode(text).toList()) {
      if (word.contains("/")) {
        pathFrom(text, word).ifPresent(path -> assertThat(path).as("%s", text).exists());
      } else if (FILE_NAME.matcher(word).matches() && !MADE.contains(word)) {
        assertThat(names).as("%s: %s", text, word).contains(word);
      }
    }
  }

  private static Stream<String> wordsOfCode(MarkdownFile text) {
    return Stream.concat(text.code().stream(), text.commands().stream())
        .flatMap(code -> Arrays.stream(code.split("[\\s=']+")));
  }

  /** Where a path leads if it begins with a folder of the repository or of the text. */
  private static Optional<Path> pathFrom(MarkdownFile text, String word) {
    String first = word.substring(0, word.indexOf('/'));
    if (word.contains("/target/") || first.isEmpty()) {
      return Optional.empty();
    }
    return Stream.of(ROOT, text.folder())
        .filter(folder -> folder.equals(ROOT) ? FOLDERS.contains(first) : isIn(folder, first))
        .map(folder -> folder.resolve(word))
        .findFirst();
  }

  private static boolean isIn(Path folder, String name) {
    return Files.isDirectory(folder.resolve(name));
  }

  private static Set<String> namesOfFiles() {
    return FOLDERS.stream()
        .flatMap(folder -> filesBelow(folder).stream())
        .map(path -> path.getFileName().toString())
        .collect(toSet());
  }

  /** From the folder on; what a build makes is left out, for it comes and goes. */
  private static List<Path> filesBelow(String folder) {
    Path top = ROOT.resolve(folder);
    try (Stream<Path> children = Files.list(top)) {
      return children
          .filter(child -> !child.endsWith("target"))
          .flatMap(DocumentationTest::filesAt)
          .map(top::relativize)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> filesAt(Path path) {
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"conf", "submit"})
  void everyFileOfAFolderForUsersIsDescribed(String folder) throws IOException {
    List<String> code = wordsOfCode(MarkdownFile.of(folder + "/README.md")).toList();
    assertThat(filesBelow(folder))
        .extracting(Path::toString)
        .filteredOn(name -> !name.equals("README.md"))
        .isSubsetOf(code);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void commandsAreUnderstood(MarkdownFile text) {
    for (String line : text.commands()) {
      DocumentedCommand command = DocumentedCommand.of(line);
      if (command.script().equals("submit/build.sh")) {
        assertThat(command.words())
            .as("%s", text)
            .hasSize(2)
            .element(1)
            .asString()
            .startsWith("-P");
      } else if (command.script().startsWith("submit/")) {
        assertThatCode(command::read).as("%s: %s", text, command).doesNotThrowAnyException();
      } else {
        assertThat(command.script())
            .as("%s: %s", text, command)
            .matches("export|mvn|job/src/test/scripts/[a-z-]+\\.sh");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void settingsAreThoseOfTheReference(MarkdownFile text) {
    Set<String> settings =
        ResolvedConfiguration.read(
                Optional.empty(), List.of("run-directory=none", "dataset.path=none"))
            .settings()
            .keySet();
    for (String word : wordsOfCode(text).filter(SETTING.asMatchPredicate()).toList()) {
      String key = word.startsWith("training.") ? word : "training." + word;
      String block = key.substring(0, key.lastIndexOf('.') + 1);
      boolean isNamed = settings.stream().anyMatch(setting -> setting.startsWith(block));
      if (isNamed && !word.equals("model.zip")) {
        assertThat(settings).as("%s: %s", text, word).contains(key);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void testsThatAreNamedAreThere(MarkdownFile text) {
    Set<String> names = namesOfFiles();
    String all = String.join("\n", text.lines());
    for (MatchResult found : TEST_CLASS.matcher(all).results().toList()) {
      String file = found.group().replace("*", "\\w*") + "\\.java";
      assertThat(names).as("%s: %s", text, found.group()).anyMatch(name -> name.matches(file));
    }
  }

  @Test
  void exitCodesAreThoseOfTheJob() throws IOException {
    List<List<String>> rows =
        MarkdownFile.of("README.md").rows("When something fails").stream().skip(HEAD).toList();
    assertThat(rows)
        .extracting(row -> List.of(row.get(0), row.get(1), firstWord(row.get(3))))
        .containsExactlyElementsOf(
            Arrays.stream(Outcome.values()).map(DocumentationTest::cells).toList());
  }

  private static List<String> cells(Outcome outcome) {
    return List.of(
        String.valueOf(outcome.exitCode()),
        outcome.spelling(),
        outcome.again().name().toLowerCase(Locale.ROOT));
  }

  private static String firstWord(String text) {
    return text.replaceFirst("\\W.*", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"datasets", "model", "job"})
  void packagesAreThoseOfTheSourceWithTheirOwnSentences(String module) throws IOException {
    Map<String, String> documented =
        MarkdownFile.of(module + "/README.md").rows("Packages").stream()
            .skip(HEAD)
            .collect(toMap(row -> plain(row.get(0)), row -> plain(row.get(1))));
    assertThat(documented).containsExactlyInAnyOrderEntriesOf(sentencesOfPackages(module));
  }

  private static String plain(String cell) {
    return cell.replace("`", "");
  }

  private static Map<String, String> sentencesOfPackages(String module) throws IOException {
    Path top = Path.of("src/main/java/dev/sparkresnet", module);
    Map<String, String> sentences = new TreeMap<>();
    for (Path file : filesBelow(module)) {
      if (file.startsWith(top) && file.endsWith("package-info.java")) {
        String name = top.relativize(file.getParent()).toString().replace('/', '.');
        String source = Files.readString(ROOT.resolve(module).resolve(file));
        sentences.put(name.isEmpty() ? module : name, sentence(source));
      }
    }
    return sentences;
  }

  /** The first of the comment, as people see it. */
  private static String sentence(String source) {
    Matcher first = SENTENCE.matcher(source);
    assertThat(first.find()).as(source).isTrue();
    return first
        .group(1)
        .replaceAll("\\s+(\\* )?", " ")
        .replaceAll("\\{@link ([^}]*\\.)?([^}]*)}", "$2")
        .replaceAll("\\{@code ([^}]*)}", "$1")
        .strip();
  }
}
