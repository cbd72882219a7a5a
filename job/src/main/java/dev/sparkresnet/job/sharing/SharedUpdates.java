package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.encoding.EncodingSample;
import dev.sparkresnet.job.encoding.UpdateEncoder;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.Replica;
import dev.sparkresnet.job.replica.StepTimes;
import dev.sparkresnet.job.replica.UpdateExchange;
import dev.sparkresnet.job.transport.Traffic;
import dev.sparkresnet.job.transport.UpdateMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gradient sharing: what is large enough of an update goes to all participants, this replica
 * included, and the updates of the others that have arrived are applied.
 */
final class SharedUpdates implements UpdateExchange {
  private static final int SAMPLES_AN_EPOCH = 32;

  private final Replica replica;
  private final UpdateMesh mesh;
  private final EpochPlan plan;
  private final List<EncodingSample> samples = new ArrayList<>();

  SharedUpdates(Replica replica, UpdateMesh mesh, EpochPlan plan) {
    this.replica = replica;
    this.mesh = mesh;
    this.plan = plan;
  }

  @Override
  public void exchange(int step, StepTimes times) {
    long begin = System.nanoTime();
    Optional<INDArray> message =
        replica.encoder().encode(replica.step().update(), plan.iteration(step), plan.epoch());
    message.ifPresent(it -> send(it, step));
    long encoded = System.nanoTime();
    times.add(StepTimes.Part.ENCODE, encoded - begin);
    message.ifPresent(it -> UpdateEncoder.apply(it, replica.network().params()));
    replica.applyArrivedUpdates();
    times.add(StepTimes.Part.APPLY, System.nanoTime() - encoded);
    if (isSampled(step)) {
      samples.add(sample(step, message));
    }
  }

  private void send(INDArray message, int step) {
    long bytes = Traffic.of(message).bytes();
    mesh.send(message, plan.iteration(step), plan.epoch());
    replica.figures().sent(bytes);
  }

  private boolean isSampled(int step) {
    return step == plan.firstStep()
        || step == plan.endStep() - 1
        || step % Math.max(1, plan.steps() / SAMPLES_AN_EPOCH) == 0;
  }

  private EncodingSample sample(int step, Optional<INDArray> message) {
    double sent = message.map(UpdateEncoder::changes).orElse(0L);
    return new EncodingSample(
        step, replica.encoder().threshold(), sent / replica.network().params().length());
  }

  /** From the first step to the last. */
  List<EncodingSample> samples() {
    return List.copyOf(samples);
  }
}
