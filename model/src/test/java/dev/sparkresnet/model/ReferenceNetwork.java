package dev.sparkresnet.model;

import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.Stem;
import dev.sparkresnet.model.network.StrideIn;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The forward pass as plain loops in double precision, written from the paper and from PyTorch's
 * arithmetic of padding, to compare the real one with. Takes the parameters by name.
 */
final class ReferenceNetwork {
  /** How batch norm gets its mean and variance. */
  enum Mode {
    TRAIN,
    INFERENCE
  }

  private final NetworkSpec spec;
  private final Map<String, INDArray> parameters;
  private final Mode mode;
  private final Map<String, double[]> means = new TreeMap<>();
  private final Map<String, double[]> variances = new TreeMap<>();

  ReferenceNetwork(NetworkSpec spec, ComputationGraph network, Mode mode) {
    this.spec = spec;
    this.parameters = network.paramTable();
    this.mode = mode;
  }

  /** Mean of what entered each batch norm in the last train-mode pass, by layer name. */
  Map<String, double[]> means() {
    return means;
  }

  /** Its variance, not corrected for bias. */
  Map<String, double[]> variances() {
    return variances;
  }

  /** Logits [n][classes] of images [n][channels][size][size]. */
  double[][] logits(double[][][][] images) {
    double[][][][] x = stem(images);
    for (int stage = 0; stage < spec.blocks().size(); stage++) {
      for (int block = 0; block < spec.blocks().get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        x = block("conv" + (stage + 2) + "_block" + (block + 1), x, stride);
      }
    }
    return dense(x);
  }

  private double[][][][] stem(double[][][][] images) {
    if (spec.stem() == Stem.CIFAR) {
      return relu(convolutionAndBatchNorm("conv1", images, 1, 1));
    }
    return maxPool(relu(convolutionAndBatchNorm("conv1", images, 2, 3)));
  }

  private double[][][][] block(String name, double[][][][] x, int stride) {
    int first = spec.strideIn() == StrideIn.FIRST ? stride : 1;
    double[][][][] shortcut = x;
    if (parameters.containsKey(name + "_0_conv_W")) {
      shortcut = convolutionAndBatchNorm(name + "_0", x, stride, 0);
    }
    double[][][][] y = relu(convolutionAndBatchNorm(name + "_1", x, first, 0));
    y = relu(convolutionAndBatchNorm(name + "_2", y, stride / first, 1));
    y = convolutionAndBatchNorm(name + "_3", y, 1, 0);
    for (int n = 0; n < y.length; n++) {
      for (int c = 0; c < y[n].length; c++) {
        for (int i = 0; i < y[n][c].length; i++) {
          for (int j = 0; j < y[n][c][i].length; j++) {
            y[n][c][i][j] += shortcut[n][c][i][j];
          }
        }
      }
    }
    return relu(y);
  }

  private double[][][][] convolutionAndBatchNorm(
      String name, double[][][][] x, int stride, int padding) {
    INDArray weights = parameters.get(name + "_conv_W");
    INDArray bias = parameters.get(name + "_conv_b");
    int kernel = (int) weights.size(2);
    int size = (x[0][0].length + 2 * padding - kernel) / stride + 1;
    double[][][][] y = new double[x.length][(int) weights.size(0)][size][size];
    for (int n = 0; n < y.length; n++) {
      for (int o = 0; o < y[n].length; o++) {
        for (int i = 0; i < size; i++) {
          for (int j = 0; j < size; j++) {
            y[n][o][i][j] = bias == null ? 0 : bias.getDouble(o);
            for (int c = 0; c < x[n].length; c++) {
              for (int a = 0; a < kernel; a++) {
                for (int b = 0; b < kernel; b++) {
                  y[n][o][i][j] +=
                      weights.getDouble(o, c, a, b)
                          * at(x[n][c], i * stride + a - padding, j * stride + b - padding, 0);
                }
              }
            }
          }
        }
      }
    }
    return batchNorm(name + "_bn", y);
  }

  private double[][][][] batchNorm(String name, double[][][][] x) {
    int channels = x[0].length;
    double[] mean = parameters.get(name + "_mean").toDoubleVector();
    double[] variance = parameters.get(name + "_var").toDoubleVector();
    if (mode == Mode.TRAIN) {
      mean = new double[channels];
      variance = new double[channels];
      double count = x.length * x[0][0].length * x[0][0].length;
      for (int c = 0; c < channels; c++) {
        mean[c] = sum(x, c, 0, 1) / count;
        variance[c] = sum(x, c, mean[c], 2) / count;
      }
      means.put(name, mean);
      variances.put(name, variance);
    }
    for (double[][][] image : x) {
      for (int c = 0; c < channels; c++) {
        double scale = parameters.get(name + "_gamma").getDouble(c) / Math.sqrt(variance[c] + 1e-5);
        for (double[] row : image[c]) {
          for (int j = 0; j < row.length; j++) {
            row[j] = (row[j] - mean[c]) * scale + parameters.get(name + "_beta").getDouble(c);
          }
        }
      }
    }
    return x;
  }

  private static double sum(double[][][][] x, int channel, double minus, int power) {
    double sum = 0;
    for (double[][][] image : x) {
      for (double[] row : image[channel]) {
        for (double value : row) {
          sum += Math.pow(value - minus, power);
        }
      }
    }
    return sum;
  }

  private static double[][][][] relu(double[][][][] x) {
    for (double[][][] image : x) {
      for (double[][] channel : image) {
        for (double[] row : channel) {
          for (int j = 0; j < row.length; j++) {
            row[j] = Math.max(0, row[j]);
          }
        }
      }
    }
    return x;
  }

  private static double[][][][] maxPool(double[][][][] x) {
    int size = (x[0][0].length + 2 - 3) / 2 + 1;
    double[][][][] y = new double[x.length][x[0].length][size][size];
    for (int n = 0; n < y.length; n++) {
      for (int c = 0; c < y[n].length; c++) {
        for (int i = 0; i < size; i++) {
          for (int j = 0; j < size; j++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int a = -1; a <= 1; a++) {
              for (int b = -1; b <= 1; b++) {
                double value = at(x[n][c], 2 * i + a, 2 * j + b, Double.NEGATIVE_INFINITY);
                max = Math.max(max, value);
              }
            }
            y[n][c][i][j] = max;
          }
        }
      }
    }
    return y;
  }

  private double[][] dense(double[][][][] x) {
    INDArray weights = parameters.get("predictions_W");
    INDArray bias = parameters.get("predictions_b");
    double[][] logits = new double[x.length][(int) weights.size(1)];
    double area = x[0][0].length * x[0][0].length;
    for (int n = 0; n < logits.length; n++) {
      for (int k = 0; k < logits[n].length; k++) {
        logits[n][k] = bias.getDouble(k);
        for (int c = 0; c < x[n].length; c++) {
          double total = 0;
          for (double[] row : x[n][c]) {
            for (double value : row) {
              total += value;
            }
          }
          logits[n][k] += weights.getDouble(c, k) * total / area;
        }
      }
    }
    return logits;
  }

  private static double at(double[][] channel, int i, int j, double outside) {
    boolean inside = i >= 0 && j >= 0 && i < channel.length && j < channel.length;
    return inside ? channel[i][j] : outside;
  }

  /** The values of a rank-4 array. */
  static double[][][][] values(INDArray array) {
    long[] shape = array.shape();
    double[][][][] values =
        new double[(int) shape[0]][(int) shape[1]][(int) shape[2]][(int) shape[3]];
    for (int n = 0; n < shape[0]; n++) {
      for (int c = 0; c < shape[1]; c++) {
        for (int i = 0; i < shape[2]; i++) {
          for (int j = 0; j < shape[3]; j++) {
            values[n][c][i][j] = array.getDouble(n, c, i, j);
          }
        }
      }
    }
    return values;
  }
}
