package dev.sparkresnet.job.exchange;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Sends a participant's messages: to others over the wire, to itself into its inbox. */
final class Post {
  private final int participants;
  private final int self;
  private final Wire wire;
  private final Inbox inbox;
  private final AtomicLong sentBytes = new AtomicLong();
  private final AtomicLong receivedBytes = new AtomicLong();

  Post(RoundsSettings settings, Wire wire, Inbox inbox) {
    this.participants = settings.participants();
    this.self = settings.self();
    this.wire = wire;
    this.inbox = inbox;
  }

  /** Counts from zero again. */
  void begin() {
    sentBytes.set(0);
    receivedBytes.set(0);
  }

  /** Sends each participant the message of its number. */
  void sendEach(List<Message> messages) {
    deliver(messages.get(self));
    others().forEach(peer -> send(peer, messages.get(peer)));
  }

  /** Sends all participants the same message; itself last, since that may end the stretch here. */
  void sendAll(Message message) {
    others().forEach(peer -> send(peer, message));
    deliver(message);
  }

  /** Those after this one first, so that not all send to the same. */
  private IntStream others() {
    return IntStream.range(1, participants).map(distance -> (self + distance) % participants);
  }

  private void send(int peer, Message message) {
    sentBytes.addAndGet(message.end());
    wire.send(peer, message.wire());
  }

  private void deliver(Message message) {
    inbox.put(self, message.wire(), message.bodyBytes());
  }

  /** Takes in what another participant has sent. */
  void receive(int sender, ByteBuffer message, int longestBody) {
    receivedBytes.addAndGet(message.remaining());
    inbox.put(sender, message, longestBody);
  }

  long sentBytes() {
    return sentBytes.get();
  }

  long receivedBytes() {
    return receivedBytes.get();
  }
}
