package dev.sparkresnet.job.exchange;

import dev.sparkresnet.job.exchange.Ranges.Piece;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * Threshold encoding with error feedback (Strom 2015, "Scalable distributed DNN training using
 * commodity GPU cloud computing"): what has to change by at least one threshold changes by exactly
 * one, and the rest waits in the residual. The same formulas as libnd4j's encoder and DL4J's {@code
 * ResidualClippingPostProcessor}, in one pass over the memory.
 *
 * <p>A body has the pieces of an owner one after the other, each with the number of its bytes (4,
 * little endian) before it.
 */
final class ThresholdCode implements UpdateCode {
  private static final int LONGEST_SEGMENT = 1 + Short.BYTES * Ranges.SEGMENT;

  private final Ranges ranges;
  private final Workers workers;
  private final FloatBuffer residual;
  private final List<Place> places = new ArrayList<>();
  private final List<BitWriter> encoded;
  private final List<BitWriter> summed;

  /** A piece of an owner. */
  private record Place(int owner, int index, Piece piece) {}

  ThresholdCode(Ranges ranges, Workers workers) {
    this.ranges = ranges;
    this.workers = workers;
    this.residual =
        ByteBuffer.allocateDirect(Math.multiplyExact(ranges.parameters(), Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int owner = 0; owner < ranges.participants(); owner++) {
      for (int index = 0; index < ranges.pieces(owner); index++) {
        places.add(new Place(owner, index, ranges.piece(owner, index)));
      }
    }
    this.encoded = writers(places.size());
    int largest = places.stream().mapToInt(place -> place.index() + 1).max().orElseThrow();
    this.summed = writers(largest);
  }

  private static List<BitWriter> writers(int count) {
    return IntStream.range(0, count).mapToObj(unused -> new BitWriter()).toList();
  }

  @Override
  public void reset() {
    workers.run(
        places.size(),
        (number, scratch) -> {
          Arrays.fill(scratch.block, 0);
          Piece piece = places.get(number).piece();
          for (int at = piece.start(); at < piece.end(); at += Scratch.BLOCK) {
            residual.put(at, scratch.block, 0, Math.min(Scratch.BLOCK, piece.end() - at));
          }
        });
  }

  @Override
  public List<Long> writeParts(
      FloatBuffer update, float threshold, float clip, List<Message> parts) {
    AtomicLongArray changes = new AtomicLongArray(parts.size());
    workers.run(
        places.size(),
        (number, scratch) -> {
          Place place = places.get(number);
          BitWriter out = encoded.get(number);
          out.clear();
          ThresholdEncoder encoder =
              new ThresholdEncoder(residual, update, threshold, clip, scratch, out);
          changes.addAndGet(place.owner(), encoder.encode(place.piece()));
        });
    int first = 0;
    for (int owner = 0; owner < parts.size(); owner++) {
      int end = first + ranges.pieces(owner);
      assemble(encoded.subList(first, end), parts.get(owner));
      first = end;
    }
    return IntStream.range(0, parts.size()).mapToObj(changes::get).toList();
  }

  private static void assemble(List<BitWriter> pieces, Message message) {
    message.resize(pieces.stream().mapToInt(piece -> Integer.BYTES + piece.length()).sum());
    ByteBuffer body = message.body();
    int at = 0;
    for (BitWriter piece : pieces) {
      body.putInt(at, piece.length());
      at += Integer.BYTES;
      piece.copyTo(message.bytes(), Message.HEADER_BYTES + at);
      at += piece.length();
    }
  }

  @Override
  public void writeSum(int owner, List<Message> parts, Message sum) {
    List<Pieces> bodies = parts.stream().map(part -> new Pieces(part, owner)).toList();
    workers.run(
        ranges.pieces(owner),
        (index, scratch) -> {
          BitWriter out = summed.get(index);
          out.clear();
          List<BitReader> readers = bodies.stream().map(body -> body.reader(index)).toList();
          sum(ranges.piece(owner, index), readers, scratch, out);
        });
    assemble(summed.subList(0, ranges.pieces(owner)), sum);
  }

  private static void sum(Piece piece, List<BitReader> readers, Scratch scratch, BitWriter out) {
    for (int start = piece.start(); start < piece.end(); start += Ranges.SEGMENT) {
      int length = Math.min(Ranges.SEGMENT, piece.end() - start);
      for (BitReader reader : readers) {
        int found = SegmentCode.addTo(scratch.counts, scratch.positions, length, reader);
        scratch.mark(found, length);
      }
      scratch.write(scratch.takeMarked(), length, out);
    }
    requireEnd(readers);
  }

  private static void requireEnd(List<BitReader> readers) {
    if (!readers.stream().allMatch(BitReader::isAtEnd)) {
      throw new DamagedMessageException("Cannot read a message: it goes on after its counts");
    }
  }

  @Override
  public void apply(List<Message> sums, float threshold, FloatBuffer parameters) {
    List<Pieces> bodies =
        IntStream.range(0, sums.size())
            .mapToObj(owner -> new Pieces(sums.get(owner), owner))
            .toList();
    workers.run(
        places.size(),
        (number, scratch) -> {
          Place place = places.get(number);
          BitReader reader = bodies.get(place.owner()).reader(place.index());
          apply(place.piece(), reader, threshold, parameters, scratch);
          requireEnd(List.of(reader));
        });
  }

  private static void apply(
      Piece piece, BitReader reader, float threshold, FloatBuffer parameters, Scratch scratch) {
    short[] counts = scratch.counts;
    for (int start = piece.start(); start < piece.end(); start += Ranges.SEGMENT) {
      int length = Math.min(Ranges.SEGMENT, piece.end() - start);
      int found = SegmentCode.addTo(counts, scratch.positions, length, reader);
      if (found == SegmentCode.ALL) {
        applyAll(start, length, threshold, parameters, scratch);
        Arrays.fill(counts, (short) 0);
        continue;
      }
      for (int i = 0; i < found; i++) {
        int position = scratch.positions[i];
        int at = start + position;
        parameters.put(at, parameters.get(at) + counts[position] * threshold);
        counts[position] = 0;
      }
    }
  }

  private static void applyAll(
      int start, int length, float threshold, FloatBuffer parameters, Scratch scratch) {
    float[] block = scratch.block;
    for (int at = 0; at < length; at += Scratch.BLOCK) {
      int some = Math.min(Scratch.BLOCK, length - at);
      parameters.get(start + at, block, 0, some);
      for (int i = 0; i < some; i++) {
        block[i] += scratch.counts[at + i] * threshold;
      }
      parameters.put(start + at, block, 0, some);
    }
  }

  @Override
  public int longestBody(int owner) {
    int segments = (ranges.length(owner) + Ranges.SEGMENT - 1) / Ranges.SEGMENT;
    return Math.addExact(
        Integer.BYTES * ranges.pieces(owner), Math.multiplyExact(segments, LONGEST_SEGMENT));
  }

  /** Where the pieces of a body are. */
  private final class Pieces {
    private final byte[] bytes;
    private final List<Integer> ends = new ArrayList<>();

    Pieces(Message message, int owner) {
      this.bytes = message.bytes();
      ByteBuffer body = message.body();
      int at = 0;
      for (int index = 0; index < ranges.pieces(owner); index++) {
        int length = at + Integer.BYTES <= body.limit() ? body.getInt(at) : -1;
        if (length < 0 || length > body.limit() - at - Integer.BYTES) {
          throw new DamagedMessageException(
              String.format(
                  Locale.ROOT, "Cannot read a message: piece %d has %d bytes", index, length));
        }
        at += Integer.BYTES + length;
        ends.add(at);
      }
      if (at != body.limit()) {
        throw new DamagedMessageException("Cannot read a message: it goes on after its pieces");
      }
    }

    BitReader reader(int index) {
      int start = index == 0 ? 0 : ends.get(index - 1);
      BitReader reader = new BitReader();
      reader.start(
          bytes,
          Message.HEADER_BYTES + start + Integer.BYTES,
          Message.HEADER_BYTES + ends.get(index));
      return reader;
    }
  }
}
