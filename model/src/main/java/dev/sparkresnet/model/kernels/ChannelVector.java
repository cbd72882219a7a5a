package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One number for each channel, as two views of the same memory.
 *
 * @param vector [channels]
 * @param row [1, channels]
 */
record ChannelVector(INDArray vector, INDArray row) {

  static ChannelVector of(INDArray vector) {
    return new ChannelVector(vector, vector.reshape('c', 1, vector.length()));
  }

  static ChannelVector filled(DataType type, double value, long channels) {
    return of(Detached.filled(type, value, channels));
  }
}
