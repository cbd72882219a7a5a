package dev.sparkresnet.job.exchange;

/**
 * Which participant owns which of the flat parameters: a contiguous run of segments each, as equal
 * as they come.
 *
 * @param parameters in all
 * @param participants that own some
 */
record Ranges(int parameters, int participants) {
  /** Parameters that are coded together; they and their counts stay in a core's cache. */
  static final int SEGMENT = 1 << 14;

  /** Segments of one owner that are worked on in one go. */
  static final int SEGMENTS_OF_PIECE = 8;

  /**
   * Some segments of an owner.
   *
   * @param start first parameter
   * @param end one after the last
   */
  record Piece(int start, int end) {
    int length() {
      return end - start;
    }
  }

  private int segments() {
    return (parameters + SEGMENT - 1) / SEGMENT;
  }

  private int firstSegment(int owner) {
    return (int) ((long) segments() * owner / participants);
  }

  /** First parameter of an owner; that of the owner after the last is the number of parameters. */
  int start(int owner) {
    return (int) Math.min((long) firstSegment(owner) * SEGMENT, parameters);
  }

  /** Parameters of an owner. */
  int length(int owner) {
    return start(owner + 1) - start(owner);
  }

  /** How many pieces the range of an owner has. */
  int pieces(int owner) {
    int segments = firstSegment(owner + 1) - firstSegment(owner);
    return (segments + SEGMENTS_OF_PIECE - 1) / SEGMENTS_OF_PIECE;
  }

  /** One of the pieces of an owner. */
  Piece piece(int owner, int index) {
    int start = start(owner) + index * SEGMENTS_OF_PIECE * SEGMENT;
    return new Piece(start, Math.min(start + SEGMENTS_OF_PIECE * SEGMENT, start(owner + 1)));
  }
}
