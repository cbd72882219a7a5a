package dev.sparkresnet.job.exchange;

import static java.util.stream.Collectors.joining;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A message in memory that is used again.
 *
 * <p>On the network it is a header of 22 bytes, numbers little endian, and a body:
 *
 * <pre>
 *   byte   kind, in the order of {@link Kind}
 *   byte   1 if a replica that it comes from was asked to stop, else 0
 *   int    round
 *   float  threshold
 *   long   parameters that the updates in it change, one for each update
 *   int    bytes of the body
 * </pre>
 */
final class Message {
  static final int HEADER_BYTES = 22;

  private static final int ROUND_AT = 2;
  private static final int THRESHOLD_AT = 6;
  private static final int CHANGES_AT = 10;
  private static final int LENGTH_AT = 18;

  private static final Kind[] KINDS = Kind.values();

  /** What a message is. */
  enum Kind {
    /** A replica's update of the parameters of one owner. */
    PART,
    /** An owner's sum of them. */
    SUM,
    /** A replica's values of one owner, to be averaged. */
    FOLD_PART,
    /** An owner's sum of them. */
    FOLD_SUM;

    private static byte code(Kind kind) {
      return (byte) Arrays.asList(KINDS).indexOf(kind);
    }

    /** As messages for users call it. */
    String noun() {
      return this == PART || this == FOLD_PART ? "update" : "sum";
    }

    /** Whether there are few of them, so that their memory is not kept. */
    boolean isRare() {
      return this == FOLD_PART || this == FOLD_SUM;
    }
  }

  private byte[] bytes = new byte[HEADER_BYTES];
  private ByteBuffer view = viewOf(bytes);
  private int end = HEADER_BYTES;

  private static ByteBuffer viewOf(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** So many empty ones. */
  static List<Message> some(int count) {
    return Stream.generate(Message::new).limit(count).toList();
  }

  /** Sets the length of the body, whose bytes are to be written then. */
  void resize(int bodyBytes) {
    end = HEADER_BYTES + bodyBytes;
    if (end > bytes.length) {
      bytes = new byte[Math.addExact(end, end / 8)];
      view = viewOf(bytes);
    }
  }

  /** Writes the header, once the length of the body is known. */
  void describe(Kind kind, boolean stop, int round, float threshold, long changes) {
    view.put(0, Kind.code(kind));
    view.put(1, (byte) (stop ? 1 : 0));
    view.putInt(ROUND_AT, round);
    view.putFloat(THRESHOLD_AT, threshold);
    view.putLong(CHANGES_AT, changes);
    view.putInt(LENGTH_AT, bodyBytes());
  }

  /**
   * Takes the header and the body of what was received.
   *
   * @param longestBody that there can be
   * @throws DamagedMessageException if it is none
   */
  void read(ByteBuffer received, int longestBody) {
    int length = received.remaining();
    if (length < HEADER_BYTES || length > HEADER_BYTES + longestBody) {
      throw new DamagedMessageException(
          String.format(Locale.ROOT, "Cannot read a message: it has %d bytes", length));
    }
    resize(length - HEADER_BYTES);
    received.get(bytes, 0, length);
    if (view.getInt(LENGTH_AT) != bodyBytes()) {
      throw new DamagedMessageException(
          String.format(
              Locale.ROOT,
              "Cannot read a message: its body has %d bytes, it says %d",
              bodyBytes(),
              view.getInt(LENGTH_AT)));
    }
  }

  /** What a message is that has arrived, which is not changed by this. */
  static Kind kindOf(ByteBuffer received) {
    int code = received.remaining() == 0 ? -1 : received.get(received.position());
    if (code < 0 || code >= KINDS.length) {
      throw new DamagedMessageException("Cannot read a message: of kind " + code);
    }
    return KINDS[code];
  }

  /** Which round a message is of that has arrived, which is not changed by this. */
  static int roundOf(ByteBuffer received) {
    if (received.remaining() < HEADER_BYTES) {
      throw new DamagedMessageException(
          String.format(
              Locale.ROOT, "Cannot read a message: it has %d bytes", received.remaining()));
    }
    return received
        .duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt(received.position() + ROUND_AT);
  }

  /** Such as "0, 2". */
  static String numbers(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(joining(", "));
  }

  /** Gives its memory back. */
  void release() {
    bytes = new byte[HEADER_BYTES];
    view = viewOf(bytes);
    end = HEADER_BYTES;
  }

  /** All of it, as it goes over the network. */
  ByteBuffer wire() {
    return ByteBuffer.wrap(bytes, 0, end);
  }

  /** The memory; the body begins at {@link #HEADER_BYTES}. */
  byte[] bytes() {
    return bytes;
  }

  /** The body as numbers, little endian. */
  ByteBuffer body() {
    return view.slice(HEADER_BYTES, bodyBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  int bodyBytes() {
    return end - HEADER_BYTES;
  }

  int end() {
    return end;
  }

  boolean asksToStop() {
    return view.get(1) != 0;
  }

  float threshold() {
    return view.getFloat(THRESHOLD_AT);
  }

  long changes() {
    return view.getLong(CHANGES_AT);
  }
}
