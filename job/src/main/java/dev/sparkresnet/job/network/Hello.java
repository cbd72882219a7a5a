package dev.sparkresnet.job.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * What a participant says first on a connection that is authenticated: 16 bytes, little endian.
 *
 * @param version of the protocol that it speaks
 * @param sender its number
 * @param receiver the number of the one that it means to speak to
 */
record Hello(int version, int sender, int receiver) {
  /** Of the messages and codes of this program; others are refused. */
  static final int VERSION = 1;

  private static final int MAGIC = 0x354e5253;

  static Hello of(int sender, int receiver) {
    return new Hello(VERSION, sender, receiver);
  }

  ByteBuffer wire() {
    return ByteBuffer.allocate(4 * Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putInt(version)
        .putInt(sender)
        .putInt(receiver)
        .flip();
  }

  /**
   * Reads one that was received.
   *
   * @throws Refusal if it is none that the receiver can answer
   */
  static Hello read(ByteBuffer received, int self, int participants) throws Refusal {
    ByteBuffer words = received.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (words.remaining() != 4 * Integer.BYTES || words.getInt() != MAGIC) {
      throw new Refusal("it did not say hello");
    }
    Hello hello = new Hello(words.getInt(), words.getInt(), words.getInt());
    if (hello.version != VERSION) {
      throw new Refusal(
          String.format(
              Locale.ROOT,
              "it speaks version %d of the protocol, this is version %d; use one build everywhere",
              hello.version,
              VERSION));
    }
    if (hello.sender < 0 || hello.sender >= participants || hello.sender == self) {
      throw new Refusal(
          String.format(
              Locale.ROOT, "it says it is participant %d of %d", hello.sender, participants));
    }
    if (hello.receiver != self) {
      throw new Refusal(
          String.format(
              Locale.ROOT, "it looks for participant %d, this is %d", hello.receiver, self));
    }
    return hello;
  }
}
