package dev.sparkresnet.job.exchange;

import dev.sparkresnet.job.exchange.Message.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What has arrived and is not used yet: one place for every kind of message, sender and open round,
 * so that a participant that stands still makes nothing grow.
 */
final class Inbox {
  private final int participants;
  private final int open;
  private final Duration timeout;
  private final Map<Kind, List<Slot>> slots = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> next = new EnumMap<>(Kind.class);
  private final long[] waited;
  private RuntimeException failure;

  private static final class Slot {
    final Message message = new Message();
    boolean taken;
    boolean full;
    int round;
    long arrived;
  }

  /**
   * @param open rounds that there can be messages of at once
   */
  Inbox(int participants, int open, Duration timeout) {
    this.participants = participants;
    this.open = open;
    this.timeout = timeout;
    this.waited = new long[participants];
    for (Kind kind : Kind.values()) {
      List<Slot> places = new ArrayList<>();
      for (int i = 0; i < participants * open; i++) {
        places.add(new Slot());
      }
      slots.put(kind, places);
    }
    begin(0);
  }

  /** Forgets everything, and expects this round next. */
  synchronized void begin(int round) {
    for (Kind kind : Kind.values()) {
      slots.get(kind).forEach(slot -> slot.taken = slot.full = false);
      next.put(kind, round);
    }
  }

  private Slot slot(Kind kind, int sender, int round) {
    return slots.get(kind).get(sender * open + Math.floorMod(round, open));
  }

  /**
   * Takes a message in; a copy of it.
   *
   * @param longestBody that there can be
   * @throws DamagedMessageException if nobody expects it
   */
  void put(int sender, ByteBuffer received, int longestBody) {
    Slot slot = claim(Message.kindOf(received), sender, Message.roundOf(received));
    slot.message.read(received, longestBody);
    synchronized (this) {
      slot.full = true;
      slot.arrived = System.nanoTime();
      notifyAll();
    }
  }

  private synchronized Slot claim(Kind kind, int sender, int round) {
    int ahead = round - next.get(kind);
    Slot slot = slot(kind, sender, round);
    boolean isExpected = ahead >= 0 && (ahead < open || kind.isRare());
    if (!isExpected || slot.taken) {
      throw new DamagedMessageException(
          String.format(
              Locale.ROOT,
              "Cannot read a message: %s of round %d of participant %d is not expected, which is round %d",
              kind,
              round,
              sender,
              next.get(kind)));
    }
    slot.taken = true;
    slot.round = round;
    return slot;
  }

  /**
   * Waits for the messages of all participants.
   *
   * @return them by the number of the participant; they stay until {@link #done}
   * @throws MissingPeerException if some have not come within the time
   * @throws RuntimeException what the exchange has failed with
   */
  synchronized List<Message> await(Kind kind, int round) {
    long begin = System.nanoTime();
    long deadline = begin + timeout.toNanos();
    try {
      while (!isComplete(kind, round)) {
        wait(millisUntil(deadline, kind, round));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          String.format(Locale.ROOT, "Cannot finish step %d: interrupted", round + 1), e);
    }
    List<Message> messages = new ArrayList<>();
    for (int sender = 0; sender < participants; sender++) {
      Slot slot = slot(kind, sender, round);
      // Sums come late because updates do.
      waited[sender] += kind == Kind.PART ? Math.max(0, slot.arrived - begin) : 0;
      messages.add(slot.message);
    }
    return messages;
  }

  private List<Integer> missing(Kind kind, int round) {
    List<Integer> missing = new ArrayList<>();
    for (int sender = 0; sender < participants; sender++) {
      Slot slot = slot(kind, sender, round);
      if (!slot.full || slot.round != round) {
        missing.add(sender);
      }
    }
    return missing;
  }

  private boolean isComplete(Kind kind, int round) {
    if (failure != null) {
      throw failure;
    }
    return missing(kind, round).isEmpty();
  }

  private long millisUntil(long deadline, Kind kind, int round) {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0) {
      throw missingPeers(kind, round, missing(kind, round));
    }
    return millis;
  }

  /** Sums are missing, that of this participant included, as long as an update is. */
  private MissingPeerException missingPeers(Kind kind, int round, List<Integer> missing) {
    List<Integer> updates =
        kind == Kind.SUM && next.get(Kind.PART) <= round ? missing(Kind.PART, round) : List.of();
    Kind what = updates.isEmpty() ? kind : Kind.PART;
    List<Integer> peers = updates.isEmpty() ? missing : updates;
    return new MissingPeerException(
        String.format(
            Locale.ROOT,
            "Cannot finish step %d: no %s came from replica %s for %d s",
            round + 1,
            what.noun(),
            Message.numbers(peers),
            timeout.toSeconds()),
        peers);
  }

  /** Makes room for the round that is as many rounds later as can be open. */
  synchronized void done(Kind kind, int round) {
    for (int sender = 0; sender < participants; sender++) {
      Slot slot = slot(kind, sender, round);
      slot.taken = slot.full = false;
      if (kind.isRare()) {
        slot.message.release();
      }
    }
    next.put(kind, round + 1);
  }

  /** Ends all waits, those to come included; only the first failure counts. */
  synchronized void fail(RuntimeException cause) {
    if (failure == null) {
      failure = cause;
      notifyAll();
    }
  }

  /** How long was waited for the updates of a participant. */
  synchronized long waitedNanos(int sender) {
    return waited[sender];
  }
}
