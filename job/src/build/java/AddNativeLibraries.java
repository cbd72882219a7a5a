import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Makes a jar of the entries of one jar and of the native libraries of others: {@code java
 * AddNativeLibraries.java TARGET JAR FILE-WITH-THE-PATHS-OF-OTHERS}. The same input makes the same
 * bytes, and leaves a target of those bytes alone.
 *
 * <p>Compressed entries are copied as they are. The libraries have hundreds of megabytes, and to
 * compress them anew would take longer than the rest of the build.
 */
final class AddNativeLibraries {
  private static final Predicate<String> NATIVE =
      Pattern.compile(".*\\.so(\\.\\d+)*").asMatchPredicate();

  private AddNativeLibraries() {}

  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[0]);
    Path jar = Path.of(arguments[1]);
    String others = Files.readString(Path.of(arguments[2])).strip();
    Files.createDirectories(target.getParent());
    Path unfinished = Path.of(target + ".part");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(unfinished.toFile())) {
      copy(jar, name -> true, out);
      for (String other : others.split(File.pathSeparator)) {
        copy(Path.of(other), NATIVE, out);
      }
    }
    if (Files.exists(target) && Files.mismatch(unfinished, target) == -1) {
      Files.delete(unfinished);
    } else {
      // A jar that is in use must not change.
      Files.move(unfinished, target, ATOMIC_MOVE, REPLACE_EXISTING);
    }
  }

  private static void copy(Path jar, Predicate<String> names, ZipArchiveOutputStream out)
      throws IOException {
    try (ZipFile in = new ZipFile(jar)) {
      Enumeration<ZipArchiveEntry> entries = in.getEntriesInPhysicalOrder();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        if (names.test(entry.getName())) {
          out.addRawArchiveEntry(entry, in.getRawInputStream(entry));
        }
      }
    }
  }
}
