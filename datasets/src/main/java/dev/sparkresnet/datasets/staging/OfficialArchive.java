package dev.sparkresnet.datasets.staging;

import dev.sparkresnet.datasets.InvalidDatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Tells whether an archive that looks like the official one is that. */
public final class OfficialArchive {
  private static final long BYTES = 170_052_171;

  private OfficialArchive() {}

  /**
   * Compares the MD5 of an archive that is as long as the official one. Other archives, and
   * directories, have no known MD5 and pass.
   *
   * @throws InvalidDatasetException if it differs or cannot be found out
   */
  public static void requireIntact(Configuration configuration, String path) {
    requireIntact(configuration, path, BYTES, DatasetStager.OFFICIAL_MD5);
  }

  static void requireIntact(Configuration configuration, String path, long bytes, String expected) {
    try {
      Path archive = new Path(path);
      FileSystem files = archive.getFileSystem(configuration);
      if (!files.getFileStatus(archive).isFile()
          || files.getFileStatus(archive).getLen() != bytes) {
        return;
      }
      String found = md5(files, archive);
      if (!found.equals(expected)) {
        throw new IOException("its MD5 is %s, not %s".formatted(found, expected));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotRead(path, e);
    }
  }

  private static String md5(FileSystem files, Path archive) throws IOException {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      try (InputStream in = new DigestInputStream(files.open(archive), md5)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(md5.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }
}
