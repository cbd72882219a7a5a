package dev.sparkresnet.job.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command for a script to execute as it is.
 *
 * @param notice for the user, may be empty
 * @param umask for the files that it makes, if not that of the caller
 * @param variables to add to the environment
 * @param words the program and its arguments
 */
public record ArgumentVector(
    String notice, Optional<String> umask, Map<String, String> variables, List<String> words) {

  /** Copies the words. */
  public ArgumentVector {
    words = List.copyOf(words);
  }

  /**
   * Writes the umask, which may be empty, and then what {@code env} takes: variables and words. A
   * NUL stands after each.
   */
  public void writeTo(OutputStream out) throws IOException {
    List<String> all = new ArrayList<>(List.of(umask.orElse("")));
    variables.forEach((name, value) -> all.add(name + "=" + value));
    all.addAll(words);
    out.write((String.join("\0", all) + "\0").getBytes(UTF_8));
    out.flush();
  }
}
