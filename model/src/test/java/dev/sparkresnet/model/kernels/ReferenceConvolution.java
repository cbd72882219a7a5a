package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution and its gradients as plain loops in double precision, channels last. */
final class ReferenceConvolution {
  private final int stride;
  private final int padding;
  private final INDArray weights;

  ReferenceConvolution(int stride, int padding, INDArray weights) {
    this.stride = stride;
    this.padding = padding;
    this.weights = weights;
  }

  /** What to do with each product of an input value and a weight that the convolution adds up. */
  private interface Term {
    void visit(long n, long i, long j, long o, long a, long b, long y, long x, long c);
  }

  double[] output(INDArray x, INDArray z) {
    double[] sums = new double[(int) z.length()];
    forEach(
        x,
        z,
        (n, i, j, o, a, b, row, column, c) ->
            sums[index(z, n, i, j, o)] +=
                x.getDouble(n, row, column, c) * weights.getDouble(o, c, a, b));
    return sums;
  }

  double[] inputGradient(INDArray x, INDArray dz) {
    double[] sums = new double[(int) x.length()];
    forEach(
        x,
        dz,
        (n, i, j, o, a, b, row, column, c) ->
            sums[index(x, n, row, column, c)] +=
                dz.getDouble(n, i, j, o) * weights.getDouble(o, c, a, b));
    return sums;
  }

  double[] weightGradient(INDArray x, INDArray dz) {
    double[] sums = new double[(int) weights.length()];
    forEach(
        x,
        dz,
        (n, i, j, o, a, b, row, column, c) ->
            sums[index(weights, o, c, a, b)] +=
                dz.getDouble(n, i, j, o) * x.getDouble(n, row, column, c));
    return sums;
  }

  private void forEach(INDArray x, INDArray z, Term term) {
    for (long n = 0; n < z.size(0); n++) {
      for (long i = 0; i < z.size(1); i++) {
        for (long j = 0; j < z.size(2); j++) {
          for (long o = 0; o < z.size(3); o++) {
            forEachTap(x, n, i, j, o, term);
          }
        }
      }
    }
  }

  private void forEachTap(INDArray x, long n, long i, long j, long o, Term term) {
    for (long a = 0; a < weights.size(2); a++) {
      for (long b = 0; b < weights.size(3); b++) {
        long row = i * stride + a - padding;
        long column = j * stride + b - padding;
        if (row < 0 || row >= x.size(1) || column < 0 || column >= x.size(2)) {
          continue;
        }
        for (long c = 0; c < x.size(3); c++) {
          term.visit(n, i, j, o, a, b, row, column, c);
        }
      }
    }
  }

  private static int index(INDArray array, long a, long b, long c, long d) {
    return (int) (((a * array.size(1) + b) * array.size(2) + c) * array.size(3) + d);
  }
}
