package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.util.Arrays;

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
          "Cannot make a record of %d bytes: it must have %d"
              .formatted(bytes.length, CifarFormat.RECORD_BYTES));
    }
    if (!CifarFormat.isLabel(bytes[0])) {
      throw new IllegalArgumentException(
          "Cannot make a record with label %d: must be 0 to 9"
              .formatted(Byte.toUnsignedInt(bytes[0])));
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
    return "CifarRecord[index=%d, label=%d]".formatted(index, label());
  }
}
