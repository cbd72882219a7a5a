package dev.sparkresnet.datasets.edition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarUtils;

/** What a file is, told by its first bytes. */
public enum FileKind {
  EMPTY("is empty", Cure.FETCH_AGAIN),
  TAR("is a tar archive", Cure.UNPACK),
  GZIP("is packed by gzip twice", Cure.UNPACK, "\\x1f\\x8b"),
  ZIP("is a zip archive", Cure.UNPACK, "PK(\\x03\\x04|\\x05\\x06)"),
  SEVEN_ZIP("is a 7z archive", Cure.UNPACK, "7z\\xbc\\xaf'\\x1c"),
  BZIP2("is packed by bzip2", Cure.UNPACK, "BZh"),
  XZ("is packed by xz", Cure.UNPACK, "\\xfd7zXZ\\x00"),
  ZSTD("is packed by zstd", Cure.UNPACK, "\\(\\xb5/\\xfd"),
  RAR("is a rar archive", Cure.UNPACK, "Rar!"),
  GIT_LFS("is a pointer of Git LFS, not the file", "run git lfs pull", "version https://git-lfs"),
  WEB_PAGE(
      "is a web page that was saved under the name of an archive",
      Cure.FETCH_AGAIN,
      "(?i)\\s*<(!doctype|html|head|\\?xml)"),
  PARQUET("is Parquet", Cure.BINARY, "PAR1"),
  ARROW("is an Arrow file", Cure.BINARY, "ARROW1"),
  HDF5("is HDF5", Cure.BINARY, "\\x89HDF"),
  MATLAB("is the Matlab edition", Cure.BINARY, "MATLAB"),
  NUMPY("is a NumPy array", Cure.BINARY, "\\x93NUMPY"),
  PICKLE("is a pickle of the Python edition", Cure.BINARY, "\\x80[\\x02-\\x05]"),
  IMAGE("is an image", Cure.BINARY, "\\x89PNG|\\xff\\xd8\\xff|GIF8"),
  UNKNOWN("is neither a tar.gz nor a tar archive", Cure.BINARY);

  /** So many bytes tell every kind. */
  public static final int BYTES = 512;

  private static final String NEVER = "(?!)";

  private final String what;
  private final String cure;
  private final Pattern start;

  FileKind(String what, String cure) {
    this(what, cure, NEVER);
  }

  FileKind(String what, String cure, String start) {
    this.what = what;
    this.cure = cure;
    this.start = Pattern.compile(start);
  }

  /** Tells the kind of a file by its first {@link #BYTES}, or by all if it has fewer. */
  public static FileKind of(byte[] start) {
    if (start.length == 0) {
      return EMPTY;
    }
    if (isTarHeader(start)) {
      return TAR;
    }
    String bytes = new String(start, ISO_8859_1);
    return Stream.of(values())
        .filter(kind -> kind.start.matcher(bytes).lookingAt())
        .findFirst()
        .orElse(UNKNOWN);
  }

  /** Any tar, those before POSIX too, has a checksum in each header. */
  private static boolean isTarHeader(byte[] start) {
    try {
      return start.length >= BYTES && TarUtils.verifyCheckSum(start);
    } catch (IllegalArgumentException e) {
      // Where the checksum should be is no number.
      return false;
    }
  }

  /** Why it is not read as a tar archive, with the cure. */
  public String refusal() {
    return "it %s: %s".formatted(what, cure);
  }
}
