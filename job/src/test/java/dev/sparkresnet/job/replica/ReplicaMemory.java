package dev.sparkresnet.job.replica;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.memory.OffHeapLimit;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.model.InferenceNetwork;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.TrainingStep;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A process that does what a replica does in an epoch, and tells the most that its arrays took. */
final class ReplicaMemory {
  private static final int STEPS = 6;
  private static final int SMALLER = 3;
  private static final long SAMPLE_MILLIS = 2;

  private final TrainingConfig config;
  private final NetworkSpec spec;
  private final ComputationGraph network;
  private final TrainingStep step;

  private ReplicaMemory(TrainingConfig config) {
    OptimizerSpec optimizer = config.optimizer().optimizer(config.replicas());
    this.config = config;
    this.spec = config.model().network();
    this.network = ResNet.create(spec, optimizer, config.seed());
    this.step = new TrainingStep(network, spec, optimizer);
  }

  /**
   * Runs the process.
   *
   * @param limitBytes what its arrays may take
   * @return what they took at most
   */
  static long peak(long limitBytes, String... settings) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "@../conf/java.options",
            "-Xmx1g",
            "-Dorg.bytedeco.javacpp.maxbytes=" + limitBytes,
            "-cp",
            System.getProperty("java.class.path"),
            ReplicaMemory.class.getName()));
    command.addAll(List.of(settings));
    ProcessBuilder builder = new ProcessBuilder(command);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new AssertionError("the process ended with " + process.exitValue());
    }
    return Long.parseLong(output.lines().reduce((first, last) -> last).orElseThrow());
  }

  public static void main(String[] settings) {
    List<String> all =
        Stream.concat(Stream.of("run-directory=none", "dataset.path=none"), Arrays.stream(settings))
            .toList();
    OffHeapLimit.enforce();
    Peak peak = new Peak();
    peak.start();
    new ReplicaMemory(ResolvedConfiguration.read(Optional.empty(), all).training()).runEpoch();
    System.out.println(peak.bytes);
    System.exit(0);
  }

  private void runEpoch() {
    int batch = config.optimizer().batchSize();
    for (int number = 0; number < STEPS; number++) {
      train(batch);
    }
    train(batch - SMALLER);
    NetworkState state = NetworkState.of(network, config.gradientSharing().threshold());
    state.copyInto(network);
    step.measureBatchNorm(images(batch)).applyTo(network);
    InferenceNetwork inference = InferenceNetwork.of(network, spec);
    inference.refresh();
    inference.evaluate(
        images(config.evaluation().batchSize()), labels(config.evaluation().batchSize()));
    train(batch);
  }

  private void train(int batch) {
    try (INDArray images = images(batch);
        INDArray labels = labels(batch)) {
      step.compute(images, labels, config.optimizer().learningRate());
      step.apply();
    }
  }

  private static INDArray images(int batch) {
    return Nd4j.rand(batch, CifarFormat.CHANNELS, CifarFormat.SIDE, CifarFormat.SIDE);
  }

  private static INDArray labels(int batch) {
    INDArray labels = Nd4j.zeros(batch, CifarFormat.CLASSES);
    for (int image = 0; image < batch; image++) {
      labels.putScalar(image, image % CifarFormat.CLASSES, 1);
    }
    return labels;
  }

  private static final class Peak extends Thread {
    private volatile long bytes;

    Peak() {
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!isInterrupted()) {
        bytes = Math.max(bytes, OffHeapLimit.bytesInUse());
        try {
          sleep(SAMPLE_MILLIS);
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }
}
