package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/** Turns stored records into the minibatches of one epoch: augmented, normalised, one-hot. */
public final class MinibatchAssembler implements Serializable {
  private static final int BLACK = 0;

  private final float[][] tables;
  private final Augmentation augmentation;
  private final long seed;
  private final int epoch;

  public MinibatchAssembler(
      Normalisation normalisation, Augmentation augmentation, long seed, int epoch) {
    this.tables = normalisation.tables();
    this.augmentation = augmentation;
    this.seed = seed;
    this.epoch = epoch;
  }

  /**
   * Returns the records cut into minibatches, each assembled when asked for; the last may be small.
   */
  public Iterator<Minibatch> minibatches(Iterator<CifarRecord> records, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot assemble minibatches of %d examples: must be at least 1",
              batchSize));
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return records.hasNext();
      }

      @Override
      public Minibatch next() {
        List<CifarRecord> batch = new ArrayList<>(batchSize);
        do {
          batch.add(records.next());
        } while (batch.size() < batchSize && records.hasNext());
        return assemble(batch);
      }
    };
  }

  /** Returns one minibatch of all records in their order. */
  public Minibatch assemble(List<CifarRecord> records) {
    int examples = records.size();
    float[] images = new float[examples * CifarFormat.IMAGE_BYTES];
    float[] labels = new float[examples * CifarFormat.CLASSES];
    assemble(records, images, labels);
    long[] shape = {examples, CifarFormat.CHANNELS, CifarFormat.SIDE, CifarFormat.SIDE};
    return new Minibatch(
        Nd4j.create(images, shape, 'c'),
        Nd4j.create(labels, new long[] {examples, CifarFormat.CLASSES}, 'c'));
  }

  /**
   * Writes a minibatch to the start of buffers that may be used again and again.
   *
   * @param images at least 3072 floats a record, as [record, channel, row, column]
   * @param labels at least 10 floats a record
   */
  public void assemble(List<CifarRecord> records, float[] images, float[] labels) {
    if (records.isEmpty()) {
      throw new IllegalArgumentException("Cannot assemble a minibatch: there are no examples");
    }
    Arrays.fill(labels, 0, records.size() * CifarFormat.CLASSES, 0);
    int example = 0;
    for (CifarRecord record : records) {
      labels[example * CifarFormat.CLASSES + record.label()] = 1;
      writeImage(record, images, example * CifarFormat.IMAGE_BYTES);
      example++;
    }
  }

  private void writeImage(CifarRecord record, float[] images, int first) {
    Augmentation.Crop crop = augmentation.crop(seed, epoch, record.index());
    int to = first;
    for (int channel = 0; channel < CifarFormat.CHANNELS; channel++) {
      int plane = 1 + channel * CifarFormat.PLANE_BYTES;
      for (int y = 0; y < CifarFormat.SIDE; y++) {
        int row = crop.firstRow() + y;
        if (isInside(row)) {
          int from = plane + row * CifarFormat.SIDE;
          writeRow(record.bytes(), from, crop, tables[channel], images, to);
        } else {
          Arrays.fill(images, to, to + CifarFormat.SIDE, tables[channel][BLACK]);
        }
        to += CifarFormat.SIDE;
      }
    }
  }

  private static void writeRow(
      byte[] bytes, int from, Augmentation.Crop crop, float[] table, float[] images, int to) {
    int column = crop.firstColumn();
    for (int x = 0; x < CifarFormat.SIDE; x++) {
      int value = isInside(column) ? Byte.toUnsignedInt(bytes[from + column]) : BLACK;
      images[to + x] = table[value];
      column += crop.columnStep();
    }
  }

  private static boolean isInside(int coordinate) {
    return coordinate >= 0 && coordinate < CifarFormat.SIDE;
  }
}
