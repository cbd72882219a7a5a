package dev.sparkresnet.job.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Participants in one JVM, whose messages arrive in any order and on any thread. */
class RoundsTest {
  private static final int PARAMETERS = 3 * Ranges.SEGMENT + 123;
  private static final int ROUNDS = 12;
  private static final int FIRST = 7;
  private static final float START = 1e-3f;
  private static final float CLIP = 3;
  private static final int CLIP_EVERY = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** From sums alone, so that it is the same everywhere. */
  private static final ThresholdRule RULE =
      (round, last, sparsity) -> sparsity > 0.05 ? last * 1.1f : last * 0.97f;

  private static RoundsSettings settings(
      int participants, int self, Encoding encoding, int staleness, Duration timeout) {
    return new RoundsSettings(
        participants, self, PARAMETERS, encoding, staleness, CLIP, CLIP_EVERY, 2, timeout);
  }

  /** What a participant would have to send if it computed on these parameters. */
  private static FloatBuffer update(int participant, int round, FloatBuffer parameters) {
    Random random = new Random(31L * participant + round);
    FloatBuffer update = floats();
    for (int i = 0; i < PARAMETERS; i++) {
      update.put(i, (float) random.nextGaussian() * 4e-4f + 1e-3f * parameters.get(i));
    }
    return update;
  }

  private static FloatBuffer floats() {
    return ByteBuffer.allocateDirect(Float.BYTES * PARAMETERS)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static FloatBuffer velocity(int participant) {
    FloatBuffer velocity = FloatBuffer.allocate(PARAMETERS - 1_000);
    for (int i = 0; i < velocity.limit(); i++) {
      velocity.put(i, 1f / (1 + i + participant));
    }
    return velocity;
  }

  private static float[] array(FloatBuffer floats) {
    float[] array = new float[floats.limit()];
    floats.get(0, array);
    return array;
  }

  /** What a participant ends with. */
  private static final class End {
    private final float[] parameters;
    private final float[] velocity;
    private final int rounds;
    private final float threshold;

    End(float[] parameters, float[] velocity, int rounds, float threshold) {
      this.parameters = parameters;
      this.velocity = velocity;
      this.rounds = rounds;
      this.threshold = threshold;
    }
  }

  /** The same without an exchange: one loop after the other, as the paper has it. */
  private static End computedInOnePlace(int participants, Encoding encoding, int staleness) {
    float[] parameters = new float[PARAMETERS];
    float[][] residuals = new float[participants][PARAMETERS];
    List<float[]> sums = new ArrayList<>();
    float threshold = START;
    double sparsity = Double.NaN;
    int applied = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (; applied < round - staleness; applied++) {
        sparsity = apply(sums.get(applied), parameters);
      }
      threshold = encoding == Encoding.THRESHOLD ? RULE.next(round, threshold, sparsity) : 0;
      float[] sum = new float[PARAMETERS + 1];
      for (int participant = 0; participant < participants; participant++) {
        float[] update = array(update(participant, FIRST + round, FloatBuffer.wrap(parameters)));
        if (encoding == Encoding.THRESHOLD) {
          addCounts(update, residuals[participant], threshold, FIRST + round, sum);
        } else {
          addAll(update, participant, encoding, sum);
        }
      }
      finish(sum, participants, encoding, threshold);
      sums.add(sum);
    }
    for (; applied < ROUNDS; applied++) {
      apply(sums.get(applied), parameters);
    }
    float[] velocity = new float[PARAMETERS - 1_000];
    for (int participant = 0; participant < participants; participant++) {
      float[] own = velocity(participant).array();
      for (int i = 0; i < velocity.length; i++) {
        velocity[i] += own[i];
      }
    }
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] /= participants;
    }
    return new End(parameters, velocity, ROUNDS, threshold);
  }

  private static double apply(float[] sum, float[] parameters) {
    for (int i = 0; i < PARAMETERS; i++) {
      parameters[i] += sum[i];
    }
    return sum[PARAMETERS];
  }

  /** The last value counts changes. */
  private static void addCounts(
      float[] update, float[] residual, float threshold, int round, float[] sum) {
    float clip = (float) ((double) threshold * CLIP);
    for (int i = 0; i < PARAMETERS; i++) {
      residual[i] -= update[i];
      if (Math.abs(residual[i]) >= threshold) {
        float sign = Math.signum(residual[i]);
        residual[i] = sign > 0 ? residual[i] - threshold : residual[i] + threshold;
        sum[i] += sign;
        sum[PARAMETERS]++;
      }
      if (round % CLIP_EVERY == 0) {
        residual[i] = Math.max(-clip, Math.min(clip, residual[i]));
      }
    }
  }

  private static void addAll(float[] update, int participant, Encoding encoding, float[] sum) {
    for (int i = 0; i < PARAMETERS; i++) {
      float value = encoding == Encoding.DENSE_BFLOAT16 ? rounded(update[i]) : update[i];
      sum[i] = participant == 0 ? value : sum[i] + value;
    }
  }

  private static float rounded(float value) {
    return Float.intBitsToFloat(DenseCode.toHalf(value) << 16);
  }

  private static void finish(float[] sum, int participants, Encoding encoding, float threshold) {
    for (int i = 0; i < PARAMETERS; i++) {
      sum[i] =
          switch (encoding) {
            case THRESHOLD -> sum[i] * threshold;
            case DENSE_FLOAT32 -> -sum[i];
            case DENSE_BFLOAT16 -> -rounded(sum[i]);
          };
    }
    sum[PARAMETERS] = (float) ((double) sum[PARAMETERS] / PARAMETERS / participants);
  }

  /** Delivers what is sent to participants late and in any order, as far as TCP would allow. */
  private static final class Network implements AutoCloseable {
    private final List<Rounds> participants = new ArrayList<>();
    private final List<ExecutorService> connections = new ArrayList<>();

    Network(int count, Encoding encoding, int staleness, Duration timeout) {
      for (int from = 0; from < count; from++) {
        int sender = from;
        List<ExecutorService> to =
            IntStream.range(0, count).mapToObj(i -> Executors.newSingleThreadExecutor()).toList();
        connections.addAll(to);
        participants.add(
            new Rounds(
                settings(count, from, encoding, staleness, timeout),
                (peer, message) -> {
                  Future<?> unused =
                      to.get(peer).submit(() -> participants.get(peer).received(sender, message));
                }));
      }
    }

    <T> List<T> inAll(java.util.function.Function<Integer, Callable<T>> work) throws Exception {
      ExecutorService threads = Executors.newCachedThreadPool();
      try {
        List<Future<T>> running =
            IntStream.range(0, participants.size())
                .mapToObj(number -> threads.submit(work.apply(number)))
                .toList();
        List<T> results = new ArrayList<>();
        for (Future<T> each : running) {
          results.add(each.get());
        }
        return results;
      } finally {
        threads.shutdownNow();
      }
    }

    @Override
    public void close() {
      participants.forEach(Rounds::close);
      connections.forEach(ExecutorService::shutdownNow);
    }
  }

  private static End train(Rounds rounds, int self, int stopAt) {
    FloatBuffer parameters = floats();
    int round = FIRST;
    boolean stop = false;
    for (; round < FIRST + ROUNDS && !stop; round++) {
      rounds.send(update(self, round, parameters), round - FIRST >= stopAt);
      stop = rounds.applyDue(parameters);
    }
    rounds.drain(parameters);
    FloatBuffer velocity = velocity(self);
    rounds.fold(velocity);
    return new End(array(parameters), array(velocity), round - FIRST, rounds.threshold());
  }

  @ParameterizedTest
  @CsvSource({
    "2, THRESHOLD, 0",
    "3, THRESHOLD, 0",
    "3, THRESHOLD, 1",
    "5, THRESHOLD, 2",
    "3, DENSE_FLOAT32, 0",
    "3, DENSE_FLOAT32, 1",
    "2, DENSE_BFLOAT16, 0",
  })
  void allEndWithTheBitsOfOneLoop(int participants, Encoding encoding, int staleness)
      throws Exception {
    End expected = computedInOnePlace(participants, encoding, staleness);
    try (Network network = new Network(participants, encoding, staleness, PATIENCE)) {
      network.participants.forEach(each -> each.begin(FIRST, START, RULE));
      List<End> ends =
          network.inAll(self -> () -> train(network.participants.get(self), self, ROUNDS));
      assertThat(ends)
          .allSatisfy(
              end -> {
                assertThat(end.parameters).isEqualTo(expected.parameters);
                assertThat(end.velocity).isEqualTo(expected.velocity);
                assertThat(end.threshold).isEqualTo(expected.threshold);
              });
    }
  }

  @Test
  void aSecondStretchStartsWithNothingKept() throws Exception {
    End expected = computedInOnePlace(2, Encoding.THRESHOLD, 0);
    try (Network network = new Network(2, Encoding.THRESHOLD, 0, PATIENCE)) {
      for (int stretch = 0; stretch < 2; stretch++) {
        network.participants.forEach(each -> each.begin(FIRST, START, RULE));
        assertThat(network.inAll(self -> () -> train(network.participants.get(self), self, ROUNDS)))
            .allSatisfy(end -> assertThat(end.parameters).isEqualTo(expected.parameters));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 6", "1, 7", "2, 8"})
  void allStopAfterTheSameRoundWhenOneIsAsked(int staleness, int rounds) throws Exception {
    try (Network network = new Network(3, Encoding.THRESHOLD, staleness, PATIENCE)) {
      network.participants.forEach(each -> each.begin(FIRST, START, RULE));
      List<End> ends =
          network.inAll(
              self -> () -> train(network.participants.get(self), self, self == 1 ? 5 : ROUNDS));
      assertThat(ends).extracting(end -> end.rounds).containsOnly(rounds);
      assertThat(ends)
          .allSatisfy(end -> assertThat(end.parameters).isEqualTo(ends.get(0).parameters));
    }
  }

  @Test
  void sixtyFourAreTheSame() throws Exception {
    try (Network network = new Network(64, Encoding.THRESHOLD, 0, PATIENCE)) {
      network.participants.forEach(each -> each.begin(FIRST, START, RULE));
      List<End> ends = network.inAll(self -> () -> train(network.participants.get(self), self, 1));
      End expected = ends.get(0);
      assertThat(ends).allSatisfy(end -> assertThat(end.parameters).isEqualTo(expected.parameters));
      assertThat(expected.parameters).isNotEqualTo(new float[PARAMETERS]);
    }
  }

  @Test
  void namesWhoDoesNotSend() throws Exception {
    try (Network network = new Network(3, Encoding.THRESHOLD, 0, Duration.ofMillis(200))) {
      network.participants.forEach(each -> each.begin(FIRST, START, RULE));
      assertThatThrownBy(
              () ->
                  network.inAll(
                      self ->
                          () ->
                              self == 1
                                  ? null
                                  : train(network.participants.get(self), self, ROUNDS)))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(MissingPeerException.class)
          .hasMessageMatching("Cannot finish step 8: no (update|sum) came from replica 1.* for 0 s")
          .satisfies(e -> assertThat(((MissingPeerException) e).peers()).contains(1));
    }
  }

  @Test
  void endsWaitsWithWhatHasHappened() {
    try (Network network = new Network(2, Encoding.THRESHOLD, 0, PATIENCE)) {
      Rounds one = network.participants.get(0);
      one.begin(FIRST, START, RULE);
      one.send(floats(), false);
      one.fail(new IllegalStateException("Cannot reach replica 1: gone"));
      assertThatThrownBy(() -> one.applyDue(floats())).hasMessage("Cannot reach replica 1: gone");
    }
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void countsWhatWasExchanged(Encoding encoding) throws Exception {
    try (Network network = new Network(2, encoding, 0, PATIENCE)) {
      network.participants.forEach(each -> each.begin(FIRST, START, RULE));
      assertThat(network.inAll(self -> () -> train(network.participants.get(self), self, ROUNDS)))
          .hasSize(2);
      List<Figures> figures = network.participants.stream().map(Rounds::figures).toList();
      assertThat(figures).extracting(Figures::rounds).containsOnly(ROUNDS);
      assertThat(figures.get(0).sentBytes()).isEqualTo(figures.get(1).receivedBytes());
      assertThat(figures.get(0).samples()).hasSize(ROUNDS);
      assertThat(figures.get(0).samples().get(3).round()).isEqualTo(FIRST + 3);
      assertThat(figures.get(0).samples())
          .allMatch(sample -> sample.sparsity() > 0 && sample.sparsity() <= 1);
    }
  }

  @Test
  void aMessageThatNobodyExpectsEndsTheExchange() {
    try (Network network = new Network(2, Encoding.THRESHOLD, 0, PATIENCE)) {
      Rounds one = network.participants.get(0);
      one.begin(FIRST, START, RULE);
      assertThatThrownBy(() -> one.received(1, ByteBuffer.wrap(new byte[5])))
          .isInstanceOf(DamagedMessageException.class)
          .hasMessage("Cannot read a message: it has 5 bytes");
      one.send(floats(), false);
      assertThatThrownBy(() -> one.applyDue(floats()))
          .hasMessage("Cannot read a message: it has 5 bytes");
    }
  }
}
