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

/**
 * Tells whether an archive that looks like the official one is that.
 *
 * @param md5 as 32 hexadecimal digits
 */
public record OfficialArchive(long bytes, String md5) {
  /** The archive of the authors, in its binary edition. */
  public static final OfficialArchive CIFAR_10 =
      new OfficialArchive(170_052_171, "c32a1d4ab5d03f1284b67883e8d87530");

  /**
   * Compares the MD5 of an archive that is as long as the official one. Other archives, and
   * directories, have no known MD5 and pass.
   *
   * @throws InvalidDatasetException if it differs or cannot be found out
   */
  public void requireIntact(Configuration configuration, String path) {
    try {
      Path archive = new Path(path);
      FileSystem files = archive.getFileSystem(configuration);
      if (files.getFileStatus(archive).isFile() && files.getFileStatus(archive).getLen() == bytes) {
        requireMd5(files, archive);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotRead(path, e);
    }
  }

  private void requireMd5(FileSystem files, Path archive) throws IOException {
    MessageDigest digest = newMd5();
    try (InputStream in = new DigestInputStream(files.open(archive), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    requireMd5(digest);
  }

  /** Compares what was digested. */
  void requireMd5(MessageDigest digest) throws IOException {
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equalsIgnoreCase(md5)) {
      throw new IOException("its MD5 is %s, not %s".formatted(found, md5));
    }
  }

  static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }
}
