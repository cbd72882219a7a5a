package dev.sparkresnet.model.layers;

import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.JoinKernel;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rectified sum of a shortcut and a residual, by a {@link JoinKernel}. */
// BaseGraphVertex itself overrides a varargs method with an array.
@SuppressWarnings("overrides")
final class ResidualJoinVertex extends BaseGraphVertex {
  private final transient JoinKernel kernel = new JoinKernel();
  private transient FeatureMap output;

  ResidualJoinVertex(ComputationGraph graph, String name, int index, DataType type) {
    super(graph, name, index, null, null, type);
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    requireSameShape();
    FeatureMap shortcut = featureMap(inputs[0], workspaces, ArrayType.FF_WORKING_MEM);
    output = FeatureMap.of(workspaces.dup(ArrayType.ACTIVATIONS, inputs[1], 'c'));
    kernel.forward(output, shortcut);
    return output.images();
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
    FeatureMap gradient =
        FeatureMap.of(workspaces.dup(ArrayType.ACTIVATION_GRAD, getEpsilon(), 'c'));
    kernel.backward(gradient, output);
    return new Pair<>(null, new INDArray[] {gradient.images(), gradient.images()});
  }

  private void requireSameShape() {
    if (!Arrays.equals(inputs[0].shape(), inputs[1].shape()) || inputs[1].dataType() != dataType) {
      throw new IllegalArgumentException(
          "Cannot run layer %s: expected %s of the shortcut's shape %s, found %s of shape %s"
              .formatted(
                  getVertexName(),
                  dataType,
                  Arrays.toString(inputs[0].shape()),
                  inputs[1].dataType(),
                  Arrays.toString(inputs[1].shape())));
    }
  }

  private FeatureMap featureMap(INDArray array, LayerWorkspaceMgr workspaces, ArrayType copyTo) {
    return LayerInput.of(array, inputs[1].size(3), dataType, getVertexName(), workspaces, copyTo);
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {}

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int minibatchSize) {
    return new Pair<>(null, state);
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public Layer getLayer() {
    return null;
  }

  @Override
  public String toString() {
    return "ResidualJoinVertex(" + getVertexName() + ")";
  }
}
