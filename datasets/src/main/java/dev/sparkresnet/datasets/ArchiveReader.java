package dev.sparkresnet.datasets;

import dev.sparkresnet.datasets.edition.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads the batch files of a {@code tar.gz} or {@code tar} one after the other, and nothing else of
 * it: other entries are passed over whatever their name or kind, so no path in an archive is ever
 * followed. As a stream it is the content of the current file.
 *
 * <p>What is unpacked is bounded in total, and so is what lies between two entries, which the tar
 * reader holds in memory.
 */
final class ArchiveReader extends InputStream {
  /** Ten times the official archive. */
  static final long MAXIMUM_UNPACKED_BYTES =
      10L * CifarFormat.RECORD_BYTES * (CifarFormat.TRAINING_EXAMPLES + CifarFormat.TEST_EXAMPLES);

  private static final int BUFFER_BYTES = 1 << 18;
  private static final Pattern UPWARDS = Pattern.compile("^/|(^|/)\\.\\./");
  private static final long MAXIMUM_BYTES_BETWEEN_ENTRIES = 1 << 20;

  private final MeteredInputStream unpacked;
  private final TarArchiveInputStream tar;
  private long entryBytes;
  private long allEntryBytes;
  private TarArchiveEntry current;

  private ArchiveReader(InputStream plain) {
    this.unpacked = new MeteredInputStream(plain);
    this.tar = new TarArchiveInputStream(unpacked);
  }

  /** Java's reader calls itself for every member that a gzip file is made of. */
  private static final class Unpacked extends GZIPInputStream {
    Unpacked(InputStream packed) throws IOException {
      super(packed, BUFFER_BYTES);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (StackOverflowError e) {
        throw new IOException("it is made of too many gzip members", e);
      }
    }
  }

  /**
   * Returns a reader before the first entry; it closes {@code stream}.
   *
   * @throws IOException that says what the stream is, if it is no archive that can be read
   */
  static ArchiveReader open(InputStream stream) throws IOException {
    try {
      PushbackInputStream whole = new PushbackInputStream(stream, FileKind.BYTES);
      FileKind kind = kind(whole);
      if (kind != FileKind.GZIP) {
        requireTar(kind);
        return new ArchiveReader(whole);
      }
      PushbackInputStream unpacked = new PushbackInputStream(new Unpacked(whole), FileKind.BYTES);
      requireTar(kind(unpacked));
      return new ArchiveReader(unpacked);
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }

  private static FileKind kind(PushbackInputStream stream) throws IOException {
    byte[] start = stream.readNBytes(FileKind.BYTES);
    stream.unread(start);
    return FileKind.of(start);
  }

  private static void requireTar(FileKind kind) throws IOException {
    if (kind == FileKind.UNKNOWN) {
      throw new UnknownContentException(kind.refusal());
    }
    if (kind != FileKind.TAR) {
      throw new IOException(kind.refusal());
    }
  }

  /**
   * Moves to the next batch file; returns false, with the gzip checksum verified, if none is left.
   */
  boolean advance() throws IOException {
    while (advanceToAny()) {
      if (isBatchFile()) {
        requirePlain(current);
        return true;
      }
    }
    drain();
    return false;
  }

  /** Moves to the next entry of any kind; returns false if none is left. */
  boolean advanceToAny() throws IOException {
    current = nextEntry();
    return current != null;
  }

  /** The path of the entry in the archive. */
  String path() {
    String name = current.getName();
    return name.startsWith("./") ? name.substring(2) : name;
  }

  /** The name of the entry without its folders. */
  String file() {
    return path().substring(folder().length());
  }

  /** The folders of the entry, with the slash behind the last; empty at the top. */
  String folder() {
    return path().substring(0, path().lastIndexOf('/') + 1);
  }

  long length() {
    return entryBytes;
  }

  @Override
  public int read() throws IOException {
    return tar.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return tar.read(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private TarArchiveEntry nextEntry() throws IOException {
    unpacked.allow(entryBytes + MAXIMUM_BYTES_BETWEEN_ENTRIES);
    TarArchiveEntry entry = parseHeader();
    if (entry == null) {
      return null;
    }
    entryBytes = entry.getSize();
    if (entryBytes < 0 || entryBytes > MAXIMUM_UNPACKED_BYTES - allEntryBytes) {
      throw new IOException(
          String.format(Locale.ROOT, "it unpacks to more than %d bytes", MAXIMUM_UNPACKED_BYTES));
    }
    allEntryBytes += entryBytes;
    unpacked.allow(entryBytes + MAXIMUM_BYTES_BETWEEN_ENTRIES);
    return entry;
  }

  private TarArchiveEntry parseHeader() throws IOException {
    try {
      return tar.getNextTarEntry();
    } catch (RuntimeException e) {
      // The parser answers some damaged headers with unchecked exceptions of various kinds.
      throw new IOException("its tar headers are damaged", e);
    }
  }

  private void drain() throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int count;
    do {
      count = unpacked.read(buffer);
    } while (count >= 0);
  }

  private static void requirePlain(TarArchiveEntry entry) throws IOException {
    if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink() || entry.isSparse()) {
      throw new IOException(entry.getName() + " is not a plain file");
    }
  }

  /** In any folder; but a path that leads upwards or to the root is no place for a batch. */
  private boolean isBatchFile() {
    return BatchFiles.NAMES.contains(file()) && !UPWARDS.matcher(folder()).find();
  }
}
