package dev.sparkresnet.job.exchange;

import dev.sparkresnet.job.exchange.Message.Kind;
import java.nio.FloatBuffer;
import java.util.List;

/** The mean of what participants have each for themselves: all numbers, through the owners. */
final class Fold {
  private final RoundsSettings settings;
  private final Workers workers;
  private final Inbox inbox;
  private final Post post;
  private final int round;
  private DenseCode code;

  /**
   * A mean that is not begun.
   *
   * @param round after which it is taken
   */
  Fold(RoundsSettings settings, Workers workers, Inbox inbox, Post post, int round) {
    this.settings = settings;
    this.workers = workers;
    this.inbox = inbox;
    this.post = post;
    this.round = round;
  }

  /** Sends each owner its part of the values. */
  void send(FloatBuffer values) {
    code = new DenseCode(new Ranges(values.limit(), settings.participants()), workers, false);
    List<Message> parts = Message.some(settings.participants());
    List<Long> unused = code.writeParts(values, 0, 0, parts);
    parts.forEach(part -> part.describe(Kind.FOLD_PART, false, round, 0, 0));
    post.sendEach(parts);
  }

  /** As an owner, adds the parts of all and sends the sum to all. */
  void sum() {
    Message sum = new Message();
    code.writeSum(settings.self(), inbox.await(Kind.FOLD_PART, round), sum);
    sum.describe(Kind.FOLD_SUM, false, round, 0, 0);
    inbox.done(Kind.FOLD_PART, round);
    post.sendAll(sum);
  }

  List<Message> await() {
    return inbox.await(Kind.FOLD_SUM, round);
  }

  /** Sets values to their mean. */
  void apply(List<Message> sums, FloatBuffer values) {
    code.applyMean(sums, values);
    inbox.done(Kind.FOLD_SUM, round);
  }
}
