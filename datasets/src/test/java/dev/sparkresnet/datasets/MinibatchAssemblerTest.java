package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.datasets.Augmentation.Crop;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class MinibatchAssemblerTest {
  private static final Augmentation STANDARD = Augmentation.padAndCropAndFlip(4);
  private static final Normalisation NORMALISATION =
      new Normalisation(List.of(0.49, 0.48, 0.45), List.of(0.25, 0.24, 0.26));

  @Test
  void equalsPaddingCroppingAndMirroringPixelByPixel() {
    List<CifarRecord> records = CifarFiles.recordList(20);

    Minibatch minibatch = assembler(STANDARD, 3).assemble(records);

    for (int example = 0; example < records.size(); example++) {
      double[][][] expected = reference(records.get(example), STANDARD.crop(9, 3, example));
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < 32; y++) {
          for (int x = 0; x < 32; x++) {
            assertThat(minibatch.images().getDouble(example, channel, y, x))
                .isCloseTo(expected[channel][y][x], within(1e-6));
          }
        }
      }
    }
  }

  @Test
  void labelsAreOneHot() {
    List<CifarRecord> records = CifarFiles.recordList(12);

    INDArray labels = assembler(STANDARD, 0).assemble(records).labels();

    assertThat(labels.shape()).containsExactly(12, 10);
    for (int example = 0; example < 12; example++) {
      for (int column = 0; column < 10; column++) {
        assertThat(labels.getInt(example, column)).isEqualTo(column == example % 10 ? 1 : 0);
      }
    }
  }

  @Test
  void imagesAreFloatsInChannelRowColumnOrder() {
    Minibatch minibatch = assembler(STANDARD, 0).assemble(CifarFiles.recordList(3));

    assertThat(minibatch.examples()).isEqualTo(3);
    assertThat(minibatch.images().shape()).containsExactly(3, 3, 32, 32);
    assertThat(minibatch.images().ordering()).isEqualTo('c');
    assertThat(minibatch.images().dataType()).isEqualTo(DataType.FLOAT);
    assertThat(minibatch.labels().dataType()).isEqualTo(DataType.FLOAT);
  }

  @Test
  void anExampleDoesNotDependOnItsMinibatch() {
    List<CifarRecord> records = CifarFiles.recordList(10);
    MinibatchAssembler assembler = assembler(STANDARD, 5);

    INDArray together = assembler.assemble(records).images();
    INDArray alone = assembler.assemble(records.subList(7, 8)).images();

    assertThat(alone.data().asFloat()).isEqualTo(together.slice(7).dup().data().asFloat());
  }

  @Test
  void anotherEpochAugmentsOtherwise() {
    List<CifarRecord> records = CifarFiles.recordList(10);

    INDArray first = assembler(STANDARD, 0).assemble(records).images();
    INDArray second = assembler(STANDARD, 1).assemble(records).images();

    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void cutsALazyIteratorIntoMinibatches() {
    CountingIterator records = new CountingIterator(CifarFiles.recordList(10).iterator());
    Iterator<Minibatch> minibatches = assembler(STANDARD, 0).minibatches(records, 4);

    assertThat(minibatches.next().examples()).isEqualTo(4);
    assertThat(records.taken).isEqualTo(4);
    assertThat(CifarFiles.list(minibatches)).extracting(Minibatch::examples).containsExactly(4, 2);
    assertThat(assembler(STANDARD, 0).minibatches(Collections.emptyIterator(), 4)).isExhausted();
  }

  @Test
  void minibatchesDoNotShareMemory() {
    List<CifarRecord> records = CifarFiles.recordList(4);
    Iterator<Minibatch> minibatches = assembler(STANDARD, 0).minibatches(records.iterator(), 2);

    Minibatch first = minibatches.next();
    INDArray before = first.images().dup();
    minibatches.next();

    assertThat(first.images()).isEqualTo(before);
  }

  @Test
  void writesToBuffersThatWereUsedBefore() {
    List<CifarRecord> records = CifarFiles.recordList(4);
    MinibatchAssembler assembler = assembler(STANDARD, 0);
    float[] images = new float[5 * 3072];
    float[] labels = new float[5 * 10];
    Arrays.fill(images, 9);
    Arrays.fill(labels, 9);

    assembler.assemble(records, images, labels);

    Minibatch fresh = assembler.assemble(records);
    assertThat(Arrays.copyOf(images, 4 * 3072)).isEqualTo(fresh.images().data().asFloat());
    assertThat(Arrays.copyOf(labels, 4 * 10)).isEqualTo(fresh.labels().data().asFloat());
    assertThat(Arrays.copyOfRange(images, 4 * 3072, 5 * 3072)).containsOnly(9);
    assertThat(Arrays.copyOfRange(labels, 4 * 10, 5 * 10)).containsOnly(9);
  }

  @Test
  void refusesEmptyMinibatches() {
    MinibatchAssembler assembler = assembler(STANDARD, 0);

    assertThatThrownBy(() -> assembler.assemble(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot assemble a minibatch: there are no examples");
    assertThatThrownBy(() -> assembler.minibatches(Collections.emptyIterator(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot assemble minibatches of 0 examples: must be at least 1");
  }

  private static MinibatchAssembler assembler(Augmentation augmentation, int epoch) {
    return new MinibatchAssembler(NORMALISATION, augmentation, 9, epoch);
  }

  /** Pads to 40x40 with black, cuts out 32x32, mirrors, and then normalises, one step at a time. */
  private static double[][][] reference(CifarRecord record, Crop crop) {
    boolean mirrored = crop.columnStep() < 0;
    int top = crop.firstRow() + 4;
    int left = crop.firstColumn() - (mirrored ? 31 : 0) + 4;
    double[][][] result = new double[3][32][32];
    for (int channel = 0; channel < 3; channel++) {
      int[][] padded = new int[40][40];
      for (int pixel = 0; pixel < 1024; pixel++) {
        padded[pixel / 32 + 4][pixel % 32 + 4] = record.bytes()[1 + channel * 1024 + pixel] & 0xff;
      }
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          int value = padded[top + y][left + (mirrored ? 31 - x : x)];
          result[channel][y][x] =
              (value / 255.0 - NORMALISATION.mean().get(channel))
                  / NORMALISATION.standardDeviation().get(channel);
        }
      }
    }
    return result;
  }

  private static final class CountingIterator implements Iterator<CifarRecord> {
    private final Iterator<CifarRecord> records;
    private int taken;

    private CountingIterator(Iterator<CifarRecord> records) {
      this.records = records;
    }

    @Override
    public boolean hasNext() {
      return records.hasNext();
    }

    @Override
    public CifarRecord next() {
      taken++;
      return records.next();
    }
  }
}
