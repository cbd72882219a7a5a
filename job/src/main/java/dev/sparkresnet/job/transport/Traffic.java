package dev.sparkresnet.job.transport;

import java.io.Serializable;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Encoded updates that went one way.
 *
 * @param bytes of the arrays, without the frames around them
 */
public record Traffic(long updates, long bytes) implements Serializable {
  public static final Traffic NONE = new Traffic(0, 0);

  /** One message. */
  public static Traffic of(INDArray message) {
    return new Traffic(1, message.length() * message.dataType().width());
  }

  public Traffic plus(Traffic other) {
    return new Traffic(updates + other.updates, bytes + other.bytes);
  }

  public Traffic minus(Traffic other) {
    return new Traffic(updates - other.updates, bytes - other.bytes);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d updates (%.1f MB)", updates, bytes / 1e6);
  }
}
