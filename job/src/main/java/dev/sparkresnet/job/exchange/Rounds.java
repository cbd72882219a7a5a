package dev.sparkresnet.job.exchange;

import dev.sparkresnet.job.exchange.Message.Kind;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One participant's side of the sums of updates.
 *
 * <p>In a round every participant sends each owner that owner's part of its update; the owner adds
 * the parts in the order of the participants and sends the sum to all; everybody applies the sums
 * of all owners. The parameters of all participants are the same, bit for bit, whatever the order
 * in which messages arrive.
 *
 * <p>One thread trains: it calls everything but {@link #received}, {@link #fail} and {@link
 * #close}. Sums are added on a thread of their own, while that one computes.
 */
public final class Rounds implements AutoCloseable {
  private final RoundsSettings settings;
  private final Ranges ranges;
  private final Workers workers;
  private final UpdateCode code;
  private final Inbox inbox;
  private final Post post;
  private final ExecutorService owner;
  private final List<List<Message>> parts;
  private final List<Message> sums;
  private final float[] thresholds;
  private final AtomicLong summingNanos = new AtomicLong();
  private final List<Figures.Sample> samples = new ArrayList<>();
  private ThresholdRule rule = (round, last, sparsity) -> last;
  private List<Long> waitedBefore;
  private int first;
  private int sent;
  private int applied;
  private float threshold;
  private double sparsity;
  private boolean stop;
  private long waitedNanos;

  /** Participants that have not begun. */
  public Rounds(RoundsSettings settings, Wire wire) {
    // As many rounds can be under way, and one more whose messages are on their way out.
    int ring = settings.staleness() + 2;
    this.settings = settings;
    this.ranges = new Ranges(settings.parameters(), settings.participants());
    this.workers = new Workers(settings.threads());
    this.code =
        switch (settings.encoding()) {
          case THRESHOLD -> new ThresholdCode(ranges, workers);
          case DENSE_FLOAT32 -> new DenseCode(ranges, workers, false);
          case DENSE_BFLOAT16 -> new DenseCode(ranges, workers, true);
        };
    this.inbox = new Inbox(settings.participants(), ring, settings.timeout());
    this.post = new Post(settings, wire, inbox);
    this.owner = Executors.newSingleThreadExecutor(Workers.daemons("update-owner"));
    this.parts = Stream.generate(() -> Message.some(settings.participants())).limit(ring).toList();
    this.sums = Message.some(ring);
    this.thresholds = new float[ring];
    this.waitedBefore = waited();
  }

  private Stream<Integer> participants() {
    return IntStream.range(0, settings.participants()).boxed();
  }

  private List<Long> waited() {
    return participants().map(inbox::waitedNanos).toList();
  }

  /**
   * Begins a stretch, with nothing kept for later; before any other participant sends in it.
   *
   * @param round its first one, counted since the run began
   * @param startThreshold that the rule starts with
   */
  public void begin(int round, float startThreshold, ThresholdRule thresholdRule) {
    inbox.begin(round);
    code.reset();
    first = round;
    sent = round;
    applied = round;
    threshold = startThreshold;
    rule = thresholdRule;
    sparsity = Double.NaN;
    stop = false;
    samples.clear();
    post.begin();
    summingNanos.set(0);
    waitedBefore = waited();
  }

  /**
   * Takes a message in, on a thread of the network.
   *
   * @param message valid until this returns
   * @throws DamagedMessageException if it is none, which ends the exchange as well
   */
  public void received(int sender, ByteBuffer message) {
    try {
      post.receive(sender, message, longest(Message.kindOf(message), sender));
    } catch (DamagedMessageException e) {
      fail(e);
      throw e;
    }
  }

  private int longest(Kind kind, int sender) {
    return switch (kind) {
      case PART -> code.longestBody(settings.self());
      case SUM -> code.longestBody(sender);
      case FOLD_PART, FOLD_SUM -> Math.multiplyExact(settings.parameters(), Float.BYTES);
    };
  }

  /**
   * Sends the update of the next round.
   *
   * @param update what is to be subtracted from the parameters
   * @param askToStop whether this participant wants no further rounds
   */
  public void send(FloatBuffer update, boolean askToStop) {
    int round = sent;
    boolean isDense = settings.encoding() != Encoding.THRESHOLD;
    threshold = isDense ? 0 : rule.next(round - first, threshold, sparsity);
    thresholds[place(round)] = threshold;
    List<Message> out = parts.get(place(round));
    List<Long> changes = code.writeParts(update, threshold, clip(round), out);
    participants()
        .forEach(
            peer ->
                out.get(peer).describe(Kind.PART, askToStop, round, threshold, changes.get(peer)));
    post.sendEach(out);
    sent++;
    later(() -> sum(round));
    double all = changes.stream().mapToLong(Long::longValue).sum();
    samples.add(new Figures.Sample(round, threshold, all / settings.parameters()));
  }

  /** At the rounds, and to the bound, of DL4J's {@code ResidualClippingPostProcessor}. */
  private float clip(int round) {
    return round > 0 && round % settings.residualClipEvery() == 0
        ? (float) ((double) threshold * settings.residualClip())
        : Float.POSITIVE_INFINITY;
  }

  private int place(int round) {
    return Math.floorMod(round, sums.size());
  }

  private void later(Runnable work) {
    owner.execute(
        () -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            fail(e);
          }
        });
  }

  /** As the owner of some parameters. */
  private void sum(int round) {
    List<Message> arrived = inbox.await(Kind.PART, round);
    float ofRound = thresholds[place(round)];
    requireSame(arrived, ofRound, round);
    Message sum = sums.get(place(round));
    long begin = System.nanoTime();
    code.writeSum(settings.self(), arrived, sum);
    summingNanos.addAndGet(System.nanoTime() - begin);
    sum.describe(
        Kind.SUM,
        arrived.stream().anyMatch(Message::asksToStop),
        round,
        ofRound,
        arrived.stream().mapToLong(Message::changes).sum());
    inbox.done(Kind.PART, round);
    post.sendAll(sum);
  }

  private static void requireSame(List<Message> messages, float own, int round) {
    for (int peer = 0; peer < messages.size(); peer++) {
      float other = messages.get(peer).threshold();
      if (other != own) {
        throw new DamagedMessageException(
            String.format(
                Locale.ROOT,
                "Cannot finish step %d: the threshold of replica %d is %s, here it is %s",
                round + 1,
                peer,
                other,
                own));
      }
    }
  }

  /**
   * Applies the sums that the gradient of the next round is to be computed on: all but those of the
   * last rounds within the staleness, which are not applied even if they are there.
   *
   * @return whether a participant asked to stop in a sum that was applied; the same everywhere
   */
  public boolean applyDue(FloatBuffer parameters) {
    applyBefore(sent - settings.staleness(), parameters);
    return stop;
  }

  /** Applies all sums of rounds that were sent. */
  public void drain(FloatBuffer parameters) {
    applyBefore(sent, parameters);
  }

  private void applyBefore(int end, FloatBuffer parameters) {
    while (applied < end) {
      List<Message> arrived = timed(() -> inbox.await(Kind.SUM, applied));
      float ofRound = thresholds[place(applied)];
      requireSame(arrived, ofRound, applied);
      code.apply(arrived, ofRound, parameters);
      double changes = arrived.stream().mapToLong(Message::changes).sum();
      sparsity = changes / settings.parameters() / settings.participants();
      stop |= arrived.stream().anyMatch(Message::asksToStop);
      inbox.done(Kind.SUM, applied);
      applied++;
    }
  }

  private <T> T timed(Supplier<T> wait) {
    long begin = System.nanoTime();
    try {
      return wait.get();
    } finally {
      waitedNanos += System.nanoTime() - begin;
    }
  }

  /**
   * Sets values to their mean over all participants, which all do after the same round, with no sum
   * under way.
   */
  public void fold(FloatBuffer values) {
    Fold fold = new Fold(settings, workers, inbox, post, sent);
    fold.send(values);
    later(fold::sum);
    fold.apply(timed(fold::await), values);
  }

  /** The threshold of the last round, or that to start with before there is one. */
  public float threshold() {
    return threshold;
  }

  /** How long the training thread has waited for others since the exchange was made. */
  public long waitedNanos() {
    return waitedNanos;
  }

  /** What was done since the stretch began. */
  public Figures figures() {
    List<Long> now = waited();
    return new Figures(
        applied - first,
        post.sentBytes(),
        post.receivedBytes(),
        summingNanos.get(),
        participants().map(peer -> now.get(peer) - waitedBefore.get(peer)).toList(),
        List.copyOf(samples));
  }

  /** Ends all waits with what has happened; the first time counts. */
  public void fail(Throwable cause) {
    inbox.fail(
        cause instanceof RuntimeException spoken
            ? spoken
            : new IllegalStateException("Cannot exchange updates: " + cause, cause));
  }

  @Override
  public void close() {
    fail(new IllegalStateException("Cannot exchange updates: the exchange was closed"));
    owner.shutdownNow();
    workers.close();
  }
}
