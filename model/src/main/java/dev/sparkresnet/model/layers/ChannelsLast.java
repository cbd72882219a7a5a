package dev.sparkresnet.model.layers;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.preprocessor.BaseInputPreProcessor;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Moves the channels of images behind their pixels: [n, c, h, w] becomes [n, h, w, c]. */
public final class ChannelsLast extends BaseInputPreProcessor {

  /** Leaves it to the layer to complain of what are not images. */
  @Override
  public INDArray preProcess(INDArray images, int batch, LayerWorkspaceMgr workspaces) {
    if (images.rank() != 4) {
      return images;
    }
    return workspaces.dup(ArrayType.ACTIVATIONS, images.permute(0, 2, 3, 1), 'c');
  }

  /** Images have no gradient; null passes through. */
  @Override
  public INDArray backprop(INDArray gradient, int batch, LayerWorkspaceMgr workspaces) {
    return gradient;
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    InputType.InputTypeConvolutional images = (InputType.InputTypeConvolutional) inputType;
    return InputType.convolutional(
        images.getHeight(), images.getWidth(), images.getChannels(), CNN2DFormat.NHWC);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelsLast;
  }

  @Override
  public int hashCode() {
    return ChannelsLast.class.hashCode();
  }
}
