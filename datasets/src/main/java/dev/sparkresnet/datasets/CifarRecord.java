package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * One example as it is stored: the label byte and the image bytes.
 *
 * @param index position of the example in its split, the training files taken as one
 * @param bytes {@link CifarFormat#RECORD_BYTES} bytes; neither copied nor to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Spark caches these by the ten thousand: no wrapper.
public record CifarRecord(int index, byte[] bytes) implements Serializable {
  public CifarRecord {
    if (bytes.length != CifarFormat.RECORD_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot make a record of %d bytes: it must have %d",
              bytes.length,
              CifarFormat.RECORD_BYTES));
    }
    if (!CifarFormat.isLabel(bytes[0])) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot make a record with label %d: must be 0 to 9",
              Byte.toUnsignedInt(bytes[0])));
    }
  }

  /** Returns the class of the example, 0 to 9. */
  public int label() {
    return Byte.toUnsignedInt(bytes[0]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CifarRecord record
        && index == record.index
        && Arrays.equals(bytes, record.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * index + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "CifarRecord[index=%d, label=%d]", index, label());
  }
}
