package dev.sparkresnet.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import dev.sparkresnet.job.failure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What one configuration file may include: files relative to it, in the directory of the outermost
 * file or below.
 */
final class LocalIncludes extends NoIncludes {
  private final Path file;
  private final Path root;
  private final Optional<LocalIncludes> includedBy;
  private final Allowance allowance;
  private final Consumer<IncludedFile> found;

  private LocalIncludes(
      Path file,
      Path root,
      Optional<LocalIncludes> includedBy,
      Allowance allowance,
      Consumer<IncludedFile> found) {
    this.file = file;
    this.root = root;
    this.includedBy = includedBy;
    this.allowance = allowance;
    this.found = found;
  }

  /**
   * What a file and all it includes may come to. References to settings that refer to others double
   * with each of them, so that a screen of text could resolve to more than any memory.
   */
  private static final class Allowance {
    private static final int BYTES = 1 << 17;
    private static final int REFERENCES = 16;

    /** Path and value of a setting, for whose dots the parser takes their square of memory. */
    private static final int LINE = 1 << 13;

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{");

    private int bytes;
    private long references;

    void take(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] content = in.readNBytes(BYTES + 1 - bytes);
        String text = new String(content, StandardCharsets.UTF_8);
        bytes += content.length;
        references += REFERENCE.matcher(text).results().count();
        if (text.lines().anyMatch(line -> line.length() > LINE)) {
          throw new IOException(
              String.format(Locale.ROOT, "a line is longer than %d characters", LINE));
        }
      }
      if (bytes > BYTES) {
        throw new IOException(
            String.format(Locale.ROOT, "longer than %d bytes, with what it includes", BYTES));
      }
      if (references > REFERENCES) {
        throw new IOException(
            String.format(Locale.ROOT, "more than %d references ${...}", REFERENCES));
      }
    }
  }

  /**
   * Parses a file with what it includes.
   *
   * @param found takes each file that is included
   * @throws ConfigException if it cannot be read, is too long, includes what it must not, or is not
   *     HOCON
   */
  static Config parse(Path file, Consumer<IncludedFile> found) {
    Path root = file.toAbsolutePath().getParent();
    return new LocalIncludes(file, root, Optional.empty(), new Allowance(), found).parse();
  }

  private Config parse() {
    try {
      allowance.take(file);
    } catch (IOException e) {
      throw new ConfigException.Generic(file + ": " + Reason.of(e), e);
    }
    return ConfigFactory.parseFile(
        file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false).setIncluder(this));
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String name) {
    Path included = path(name);
    if (!Files.exists(included) && context.parseOptions().getAllowMissing()) {
      return ConfigFactory.empty().root();
    }
    if (!Files.isRegularFile(included)) {
      throw refused(name, Files.exists(included) ? "not a file" : "no such file");
    }
    if (!isWithinRoot(included)) {
      throw refused(name, "not in " + root);
    }
    if (isBeingRead(included)) {
      throw refused(name, "it includes itself");
    }
    found.accept(new IncludedFile(included, name));
    return new LocalIncludes(included, root, Optional.of(this), allowance, found).parse().root();
  }

  private Path path(String name) {
    try {
      return file.resolveSibling(name).normalize();
    } catch (InvalidPathException e) {
      throw refused(name, "not a path");
    }
  }

  private boolean isWithinRoot(Path included) {
    try {
      return included.toRealPath().startsWith(root.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isBeingRead(Path included) {
    return included.equals(file.normalize())
        || includedBy.filter(outer -> outer.isBeingRead(included)).isPresent();
  }

  @Override
  ConfigException refused(String name, String why) {
    return new ConfigException.Generic("%s: include \"%s\": %s".formatted(file, name, why));
  }
}
