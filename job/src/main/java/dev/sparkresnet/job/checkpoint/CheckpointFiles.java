package dev.sparkresnet.job.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sparkresnet.job.run.ProgramVersion;
import dev.sparkresnet.job.storage.FileContent;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * The files of one checkpoint and the manifest that tells whether they are whole.
 *
 * <p>Nothing is read that the manifest does not vouch for, and no more of it than it says.
 */
final class CheckpointFiles {
  /** The version of the format that is written and read. */
  static final int FORMAT = 3;

  static final String MANIFEST = "manifest.json";
  static final String MANIFEST_CHECKSUM = "manifest.sha256";

  private static final String OTHER_CHECKSUM = "the file system's own checksum differs";
  private static final String NOT_OURS = "it is not the JSON of a checkpoint";
  private static final int LARGEST_MANIFEST = 1 << 16;
  private static final int BUFFER = 1 << 16;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final FileSystem files;
  private final Path directory;
  private final Map<String, Manifest.Entry> entries;

  private CheckpointFiles(FileSystem files, Path directory, Map<String, Manifest.Entry> entries) {
    this.files = files;
    this.directory = directory;
    this.entries = entries;
  }

  /** Reads the content of a file. */
  @FunctionalInterface
  interface Reader<T> {
    T readFrom(InputStream in) throws IOException;
  }

  /** A new checkpoint without files, in a directory that is not there yet. */
  static CheckpointFiles create(FileSystem files, Path directory) throws IOException {
    files.mkdirs(directory);
    return new CheckpointFiles(files, directory, new TreeMap<>());
  }

  /**
   * A checkpoint that was written before.
   *
   * @param names the files that it must have
   * @throws DamagedCheckpointException if it has no manifest of this format with those files
   */
  static CheckpointFiles open(FileSystem files, Path directory, Set<String> names)
      throws IOException {
    Manifest manifest = readManifest(files, directory);
    if (manifest.format() != FORMAT) {
      throw new DamagedCheckpointException(
          MANIFEST,
          String.format(
              Locale.ROOT, "format %d, this version reads format %d", manifest.format(), FORMAT));
    }
    if (!manifest.files().keySet().equals(names)) {
      throw new DamagedCheckpointException(
          MANIFEST, "it does not list the files of a checkpoint, which are " + names);
    }
    return new CheckpointFiles(files, directory, manifest.files());
  }

  private static Manifest readManifest(FileSystem files, Path directory) throws IOException {
    byte[] manifest;
    try {
      manifest = readShort(files, new Path(directory, MANIFEST));
    } catch (FileNotFoundException e) {
      throw new DamagedCheckpointException(
          MANIFEST, "it is missing; checkpoints of format 1 have none and are not read", e);
    }
    byte[] checksum;
    try {
      checksum = readShort(files, new Path(directory, MANIFEST_CHECKSUM));
    } catch (FileNotFoundException e) {
      throw new DamagedCheckpointException(MANIFEST_CHECKSUM, "it is missing", e);
    }
    if (!Arrays.equals(checksum, checksumOf(manifest))) {
      throw new DamagedCheckpointException(
          MANIFEST, "its SHA-256 is not that of " + MANIFEST_CHECKSUM);
    }
    return fromJson(MANIFEST, new String(manifest, StandardCharsets.UTF_8), Manifest.class);
  }

  private static byte[] readShort(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      byte[] content = in.readNBytes(LARGEST_MANIFEST + 1);
      if (content.length > LARGEST_MANIFEST) {
        throw new DamagedCheckpointException(
            file.getName(), "longer than " + LARGEST_MANIFEST + " bytes");
      }
      return content;
    } catch (ChecksumException e) {
      throw new DamagedCheckpointException(file.getName(), OTHER_CHECKSUM, e);
    }
  }

  /** One line as {@code sha256sum} writes and checks it. */
  private static byte[] checksumOf(byte[] manifest) {
    MessageDigest digest = sha256();
    digest.update(manifest);
    return (hex(digest) + "  " + MANIFEST + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Writes a file and makes sure that it survives a power failure where the file system can. */
  void write(String name, FileContent content) throws IOException {
    entries.put(name, write(files, new Path(directory, name), content));
  }

  void writeText(String name, String text) throws IOException {
    write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes the manifest, after everything else. */
  void writeManifest() throws IOException {
    String written = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    byte[] manifest =
        toJson(new Manifest(FORMAT, ProgramVersion.text(), written, entries))
            .getBytes(StandardCharsets.UTF_8);
    write(files, new Path(directory, MANIFEST), out -> out.write(manifest));
    write(files, new Path(directory, MANIFEST_CHECKSUM), out -> out.write(checksumOf(manifest)));
  }

  private static Manifest.Entry write(FileSystem files, Path path, FileContent content)
      throws IOException {
    MessageDigest digest = sha256();
    FSDataOutputStream file = files.create(path, false);
    FileContent synced =
        out -> {
          content.writeTo(new DigestOutputStream(out, digest));
          sync(file);
        };
    synced.writeAndClose(file);
    return new Manifest.Entry(file.getPos(), hex(digest));
  }

  private static void sync(FSDataOutputStream file) throws IOException {
    if (file.hasCapability(StreamCapabilities.HSYNC)) {
      file.hsync();
    }
  }

  /** Whether the files of both have the same content. */
  boolean areSameAs(CheckpointFiles other) {
    return entries.equals(other.entries);
  }

  /**
   * Reads every file once.
   *
   * @throws DamagedCheckpointException if one is missing or not what the manifest says
   */
  void verify() throws IOException {
    for (String name : entries.keySet()) {
      read(name, CheckpointFiles::skipAll);
    }
  }

  private static long skipAll(InputStream in) throws IOException {
    return in.transferTo(OutputStream.nullOutputStream());
  }

  /** The length of a file in bytes, as the manifest has it. */
  long bytes(String name) {
    return entries.get(name).bytes();
  }

  /**
   * Reads a text.
   *
   * @param largest how many bytes it may have
   * @throws DamagedCheckpointException if it is missing, too long or not what the manifest says
   */
  String readText(String name, int largest) throws IOException {
    if (bytes(name) > largest) {
      throw new DamagedCheckpointException(name, "longer than " + largest + " bytes");
    }
    return new String(read(name, InputStream::readAllBytes), StandardCharsets.UTF_8);
  }

  /**
   * Reads a file to its end.
   *
   * @throws DamagedCheckpointException if it is missing or not what the manifest says
   */
  <T> T read(String name, Reader<T> reader) throws IOException {
    Path file = new Path(directory, name);
    Manifest.Entry entry = entries.get(name);
    MessageDigest digest = sha256();
    T value;
    try {
      long length = files.getFileStatus(file).getLen();
      if (length != entry.bytes()) {
        throw new DamagedCheckpointException(
            name,
            String.format(Locale.ROOT, "%d bytes, the manifest says %d", length, entry.bytes()));
      }
      try (InputStream in = new DigestInputStream(files.open(file, BUFFER), digest)) {
        value = reader.readFrom(in);
        skipAll(in);
      }
    } catch (FileNotFoundException e) {
      throw new DamagedCheckpointException(name, "it is missing", e);
    } catch (ChecksumException e) {
      throw new DamagedCheckpointException(name, OTHER_CHECKSUM, e);
    } catch (EOFException e) {
      throw new DamagedCheckpointException(name, e.getMessage(), e);
    }
    if (!hex(digest).equals(entry.sha256())) {
      throw new DamagedCheckpointException(name, "its SHA-256 is not that of the manifest");
    }
    return value;
  }

  /** A JSON object on several lines. */
  static String toJson(Object value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write as JSON: " + value, e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @param file names it in messages
   */
  static <T> T fromJson(String file, String json, Class<T> type) throws IOException {
    T value;
    try {
      value = JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new DamagedCheckpointException(file, NOT_OURS, e);
    }
    if (value == null) {
      throw new DamagedCheckpointException(file, NOT_OURS);
    }
    return value;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
