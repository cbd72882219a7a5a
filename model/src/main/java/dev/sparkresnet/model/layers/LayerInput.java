package dev.sparkresnet.model.layers;

import dev.sparkresnet.model.kernels.FeatureMap;
import java.util.Arrays;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Turns what DL4J hands to a layer into feature maps. */
final class LayerInput {
  private LayerInput() {}

  /**
   * An array as a feature map, copied if it has gaps or another order.
   *
   * @param layer name for the error message
   * @param copyTo where a copy goes
   * @throws IllegalArgumentException if it is not what the layer needs
   */
  static FeatureMap of(
      INDArray array,
      long channels,
      DataType type,
      String layer,
      LayerWorkspaceMgr workspaces,
      ArrayType copyTo) {
    boolean fits =
        array.rank() == 4
            && array.size(1) == array.size(2)
            && array.size(3) == channels
            && array.dataType() == type;
    if (!fits) {
      throw new IllegalArgumentException(
          "Cannot run layer %s: expected %s of shape [n, size, size, %d], found %s of shape %s"
              .formatted(layer, type, channels, array.dataType(), Arrays.toString(array.shape())));
    }
    return FeatureMap.of(isPlain(array) ? array : workspaces.dup(copyTo, array, 'c'));
  }

  /** Whether the array is in c order without gaps; a stride along one value does not matter. */
  private static boolean isPlain(INDArray array) {
    long values = 1;
    for (int dimension = array.rank() - 1; dimension >= 0; dimension--) {
      if (array.size(dimension) > 1 && array.stride(dimension) != values) {
        return false;
      }
      values *= array.size(dimension);
    }
    return true;
  }
}
