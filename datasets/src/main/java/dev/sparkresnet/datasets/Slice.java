package dev.sparkresnet.datasets;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A contiguous range of the records of one file, to be read where it is needed.
 *
 * @param files the directory or archive that the file is in
 * @param file name of the file
 * @param firstRecord position in the file of the first record
 * @param firstIndex {@link CifarRecord#index()} of the first record
 * @param count number of records
 */
public record Slice(BatchFiles files, String file, int firstRecord, int firstIndex, int count)
    implements Serializable {
  /** How many records there are in all of them. */
  public static int total(List<Slice> slices) {
    return slices.stream().mapToInt(Slice::count).sum();
  }

  /**
   * Returns the records in ascending index order, read as they are asked for.
   *
   * @throws InvalidDatasetException when the file cannot be opened; from the iterator, when it
   *     cannot be read, ends early, or has a label outside 0 to 9
   */
  public SliceIterator read(Configuration configuration) {
    try {
      long offset = (long) firstRecord * CifarFormat.RECORD_BYTES;
      return new SliceIterator(this, files.open(configuration, file, offset));
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotRead(files.path(), e);
    }
  }
}
