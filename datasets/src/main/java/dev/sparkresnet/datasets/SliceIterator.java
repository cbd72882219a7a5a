package dev.sparkresnet.datasets;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * The records of a slice, read as they are asked for. What they are read from is closed after the
 * last one, and after a failure; whoever stops before has to close it.
 */
public final class SliceIterator implements Iterator<CifarRecord>, Closeable {
  private static final int CHUNK_RECORDS = 256;

  private final Slice slice;
  private final InputStream stream;
  private final byte[] chunk;
  private int chunkPosition;
  private int chunkEnd;
  private int taken;

  /** Takes a stream that stands at the first of them. */
  SliceIterator(Slice slice, InputStream stream) {
    this.slice = slice;
    this.stream = stream;
    this.chunk = new byte[Math.min(CHUNK_RECORDS, slice.count()) * CifarFormat.RECORD_BYTES];
  }

  @Override
  public boolean hasNext() {
    return taken < slice.count();
  }

  @Override
  public CifarRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (chunkPosition == chunkEnd) {
      fillChunk();
    }
    int end = chunkPosition + CifarFormat.RECORD_BYTES;
    byte[] bytes = Arrays.copyOfRange(chunk, chunkPosition, end);
    chunkPosition = end;
    return new CifarRecord(slice.firstIndex() + taken++, bytes);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  private void fillChunk() {
    int records = Math.min(CHUNK_RECORDS, slice.count() - taken);
    try {
      readAndCloseAtEnd(records);
    } catch (IOException e) {
      throw InvalidDatasetException.cannotRead(slice.files().path(), e);
    }
    chunkPosition = 0;
    chunkEnd = records * CifarFormat.RECORD_BYTES;
  }

  private void readAndCloseAtEnd(int records) throws IOException {
    boolean hasMore = false;
    try {
      readRecords(records);
      hasMore = taken + records < slice.count();
    } finally {
      if (!hasMore) {
        stream.close();
      }
    }
  }

  private void readRecords(int records) throws IOException {
    int firstRecord = slice.firstRecord() + taken;
    int read = stream.readNBytes(chunk, 0, records * CifarFormat.RECORD_BYTES);
    if (read < records * CifarFormat.RECORD_BYTES) {
      throw invalid("it ends in record " + (firstRecord + read / CifarFormat.RECORD_BYTES));
    }
    for (int record = 0; record < records; record++) {
      byte label = chunk[record * CifarFormat.RECORD_BYTES];
      if (!CifarFormat.isLabel(label)) {
        throw invalid(
            String.format(
                Locale.ROOT,
                "record %d has label %d, which is not 0 to 9",
                firstRecord + record,
                Byte.toUnsignedInt(label)));
      }
    }
  }

  private InvalidDatasetException invalid(String why) {
    return InvalidDatasetException.cannotRead(slice.files().path(), slice.file() + ": " + why);
  }
}
