package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.Locale;

/**
 * Tells whether two sets of examples are the same, however they were cut into slices.
 *
 * @param examples how many there are
 * @param sum of the first 8 bytes, big-endian, of the SHA-256 of each example's index (4 bytes,
 *     big-endian) and record, modulo 2 to the 64th
 */
public record Fingerprint(long examples, long sum) implements Serializable {
  private static final Fingerprint NONE = new Fingerprint(0, 0);

  /** The fingerprint of some examples. */
  public static Fingerprint of(Iterator<CifarRecord> records) {
    MessageDigest digest = sha256();
    Fingerprint all = NONE;
    while (records.hasNext()) {
      CifarRecord record = records.next();
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, record.index()));
      long first = ByteBuffer.wrap(digest.digest(record.bytes())).getLong();
      all = all.plus(new Fingerprint(1, first));
    }
    return all;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The fingerprint of these and other examples together. */
  public Fingerprint plus(Fingerprint other) {
    return new Fingerprint(examples + other.examples, sum + other.sum);
  }

  /** Such as {@code 50000-0123456789abcdef}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d-%016x", examples, sum);
  }
}
