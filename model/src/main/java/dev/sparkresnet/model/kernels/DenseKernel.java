package dev.sparkresnet.model.kernels;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A 3x3 convolution of images of one or four pixels as one dense map from all input pixels to all
 * output pixels.
 *
 * <p>The map has fewer weights than the padded convolution has multiplications, and libnd4j's own
 * convolution is at its slowest here. The map consists of blocks, one for each pair of an output
 * and an input pixel, each the weights of one tap (position in the kernel). Taps are moved there
 * and back by gathering rows and by products with matrices of zeros and ones.
 */
final class DenseKernel implements ConvolutionKernel {
  private final INDArray tapsLast;
  private INDArray tapsLastGradient;
  private final INDArray map;
  private final INDArray mapRows;
  private final INDArray taps;
  private final INDArray tapRows;
  private final INDArray blocks;
  private final INDArray blockRows;
  private final INDArray tapSelection;
  private final INDArray tapsOfBlocks;
  private final INDArray tapRowsOfMap;
  private final INDArray mapRowsOfBlocks;

  private final Operation selectTaps = Operation.productOfTransposedSecond();
  private final Operation buildMap = Operation.named("gather").withIntegers(0);
  private final Operation forward = Operation.productOfTransposedSecond();
  private final Operation inputGradient = Operation.product();
  private final Operation mapGradient = Operation.productOfTransposedFirst();
  private final Operation splitIntoBlocks = Operation.named("gather").withIntegers(0);
  private final Operation sumIntoTaps = Operation.productOfTransposedFirst();

  DenseKernel(int inputSize, int stride, int padding, Weights weights) {
    Pairs pairs = Pairs.of(inputSize, stride, padding, weights.kernel());
    int outputs = weights.outputChannels();
    int inputs = weights.inputChannels();
    long weightsOfTap = (long) outputs * inputs;
    DataType type = weights.values().dataType();
    List<Integer> used = pairs.usedTaps();
    INDArray buffer =
        Detached.uninitialized(type, Math.max(used.size(), pairs.count()) * weightsOfTap);

    this.tapsLast = weights.values().reshape('c', weightsOfTap, pairs.kernelArea);
    this.map =
        Detached.uninitialized(
            type, (long) pairs.outputPixels * outputs, (long) pairs.inputPixels * inputs);
    this.mapRows = map.reshape('c', (long) pairs.count() * outputs, inputs);
    this.taps = firstRows(buffer, used.size(), weightsOfTap);
    this.tapRows = taps.reshape('c', (long) used.size() * outputs, inputs);
    this.blocks = firstRows(buffer, pairs.count(), weightsOfTap);
    this.blockRows = blocks.reshape('c', (long) pairs.count() * outputs, inputs);
    this.tapSelection = selection(type, used, pairs.kernelArea);
    this.tapsOfBlocks = selection(type, pairs.taps, pairs.kernelArea);
    this.tapRowsOfMap = pairs.tapRowsOfMap(outputs);
    this.mapRowsOfBlocks = pairs.mapRowsOfBlocks(outputs);
  }

  @Override
  public void trainInto(INDArray gradient) {
    tapsLastGradient = gradient.reshape('c', tapsLast.shape());
  }

  @Override
  public void prepare() {
    selectTaps.run(taps, tapSelection, tapsLast);
    buildMap.run(mapRows, tapRows, tapRowsOfMap);
  }

  @Override
  public void forward(FeatureMap x, FeatureMap z) {
    forward.run(z.vectors(), x.vectors(), map);
  }

  /** Uses the map up: it makes room for its own gradient. */
  @Override
  public void backward(FeatureMap x, FeatureMap dz, FeatureMap dx) {
    inputGradient.run(dx.vectors(), dz.vectors(), map);
    mapGradient.run(map, dz.vectors(), x.vectors());
    splitIntoBlocks.run(blockRows, mapRows, mapRowsOfBlocks);
    sumIntoTaps.run(tapsLastGradient, blocks, tapsOfBlocks);
  }

  private static INDArray firstRows(INDArray vector, long rows, long columns) {
    return vector.get(NDArrayIndex.interval(0, rows * columns)).reshape('c', rows, columns);
  }

  /** One row for each of {@code ones}, with a one in that column. */
  private static INDArray selection(DataType type, List<Integer> ones, int columns) {
    INDArray selection = Detached.filled(type, 0, ones.size(), columns);
    for (int row = 0; row < ones.size(); row++) {
      selection.putScalar(row, ones.get(row), 1);
    }
    return selection;
  }

  /**
   * Which tap connects an output pixel with an input pixel.
   *
   * @param taps by output pixel, then input pixel
   */
  private record Pairs(int outputPixels, int inputPixels, int kernelArea, List<Integer> taps) {

    static Pairs of(int inputSize, int stride, int padding, int kernel) {
      int outputSize = (inputSize + 2 * padding - kernel) / stride + 1;
      int outputPixels = outputSize * outputSize;
      int inputPixels = inputSize * inputSize;
      List<Integer> taps = new ArrayList<>();
      for (int output = 0; output < outputPixels; output++) {
        for (int input = 0; input < inputPixels; input++) {
          int row = input / inputSize - output / outputSize * stride + padding;
          int column = input % inputSize - output % outputSize * stride + padding;
          taps.add(row * kernel + column);
        }
      }
      return new Pairs(outputPixels, inputPixels, kernel * kernel, List.copyOf(taps));
    }

    int count() {
      return outputPixels * inputPixels;
    }

    List<Integer> usedTaps() {
      return taps.stream().distinct().sorted().toList();
    }

    /** For each row of the map's blocks (output pixel, channel, input pixel) one of the taps'. */
    INDArray tapRowsOfMap(int channels) {
      List<Integer> used = usedTaps();
      int[] rows = new int[count() * channels];
      for (int row = 0; row < rows.length; row++) {
        int input = row % inputPixels;
        int channel = row / inputPixels % channels;
        int output = row / inputPixels / channels;
        rows[row] = used.indexOf(taps.get(output * inputPixels + input)) * channels + channel;
      }
      return Detached.indices(rows);
    }

    /** For each row of the blocks (output pixel, input pixel, channel) one of the map's. */
    INDArray mapRowsOfBlocks(int channels) {
      int[] rows = new int[count() * channels];
      for (int row = 0; row < rows.length; row++) {
        int channel = row % channels;
        int input = row / channels % inputPixels;
        int output = row / channels / inputPixels;
        rows[row] = (output * channels + channel) * inputPixels + input;
      }
      return Detached.indices(rows);
    }
  }
}
