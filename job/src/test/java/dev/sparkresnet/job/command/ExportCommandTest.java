package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.checkpoint.Checkpoint;
import dev.sparkresnet.job.checkpoint.CheckpointStore;
import dev.sparkresnet.job.checkpoint.ParameterLayout;
import dev.sparkresnet.job.checkpoint.Progress;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.metrics.EpochSamples;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.model.InferenceNetwork;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.TrainingStep;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A run of two epochs with fast layers and another version of this program, whose learning rate
 * falls to a tenth after the second, and to half of that by a roll-back.
 */
class ExportCommandTest {
  private static final ResolvedConfiguration CONFIGURATION =
      ResolvedConfiguration.read(
          Optional.empty(),
          List.of(
              "run-directory=none",
              "dataset.path=none",
              "model.blocks=[1,1]",
              "model.width=4",
              "optimizer.step.every-epochs=2",
              "recovery.roll-back-factor=0.5"));

  private static final String OF_ANOTHER_VERSION =
      CONFIGURATION
          .text()
          .replaceFirst("\"training\" : \\{", "$0 \"lucky-charm\" : {\"leaves\" : 4},");

  private static final NetworkSpec SPEC = CONFIGURATION.training().model().network();
  private static final OptimizerSpec OPTIMIZER = CONFIGURATION.training().optimizer().optimizer(1);

  @TempDir private Path directory;

  private final INDArray images = Nd4j.rand(DataType.FLOAT, 4, 3, 32, 32);
  private final INDArray labels =
      Nd4j.eye(CifarFormat.CLASSES).get(NDArrayIndex.interval(2, 6)).dup();
  private final ComputationGraph network = ResNet.create(SPEC, OPTIMIZER, 7);
  private final TrainingStep step = new TrainingStep(network, SPEC, OPTIMIZER);

  @BeforeEach
  void runTwoEpochs() {
    CheckpointStore store = new CheckpointStore(new Configuration(), hadoopPath("run"), () -> {});
    for (int epoch = 1; epoch <= 2; epoch++) {
      step.compute(images, labels, 0.02);
      step.apply();
      step.measureBatchNorm(images).applyTo(network);
      store.write(
          new Checkpoint(
              Progress.afterEpoch(epoch).withRollBacks(epoch - 1),
              "60000-0123456789abcdef",
              OF_ANOTHER_VERSION,
              EpochSamples.upTo(epoch),
              NetworkState.of(network, 1e-3)),
          ParameterLayout.of(network));
    }
  }

  private org.apache.hadoop.fs.Path hadoopPath(String name) {
    return new org.apache.hadoop.fs.Path(directory.resolve(name).toUri());
  }

  private CommandRun export(String... options) {
    Stream<String> fixed =
        Stream.of(
            "export",
            "--run-directory=" + directory.resolve("run"),
            "--output=" + directory.resolve("network.zip"));
    return CommandRun.of(Stream.concat(fixed, Stream.of(options)).toArray(String[]::new));
  }

  @Test
  void writesANetworkThatPlainDl4jRunsAndTrainsOn() throws IOException, InterruptedException {
    CommandRun run = export("--format=dl4j");
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                0, "Exported epoch 2 to file:%s/network.zip\n".formatted(directory), ""));
    Nd4j.writeAsNumpy(images, npy("images"));
    Nd4j.writeAsNumpy(labels, npy("labels"));
    runWithoutOurCode(PlainDl4j.class, directory);

    INDArray exported = network.params().dup();
    assertThat(read("parameters")).isEqualTo(exported);
    assertThat(read("state")).isEqualTo(step.velocity());
    assertThat(read("output").distance2(probabilities())).isLessThan(1e-5);
    step.compute(images, labels, 0.001);
    step.apply();
    assertChangesAlike(exported, read("trained"));
  }

  private INDArray probabilities() {
    return Transforms.softmax(InferenceNetwork.of(network, SPEC).logits(images));
  }

  private INDArray read(String name) {
    return Nd4j.createFromNpyFile(npy(name));
  }

  private File npy(String name) {
    return directory.resolve(name + ".npy").toFile();
  }

  /** All but the running statistics, which DL4J moves while it trains and we do not. */
  private void assertChangesAlike(INDArray before, INDArray trainedByDl4j) {
    ComputationGraph theirs = network.clone();
    theirs.setParams(trainedByDl4j.sub(before));
    ComputationGraph ours = network.clone();
    ours.setParams(network.params().sub(before));
    double difference = 0;
    double size = 0;
    for (String name : ours.paramTable().keySet()) {
      if (!name.endsWith("_mean") && !name.endsWith("_var")) {
        difference += Math.pow(theirs.getParam(name).distance2(ours.getParam(name)), 2);
        size += Math.pow(ours.getParam(name).norm2Number().doubleValue(), 2);
      }
    }
    assertThat(Math.sqrt(difference / size)).isLessThan(1e-4);
  }

  private static void runWithoutOurCode(Class<?> main, Path argument)
      throws IOException, InterruptedException {
    Set<String> ours =
        Stream.of(ResNet.class, CifarFormat.class, JobCommand.class)
            .map(each -> each.getProtectionDomain().getCodeSource().getLocation().getPath())
            .map(path -> new File(path).getAbsolutePath())
            .collect(Collectors.toSet());
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !ours.contains(new File(entry).getAbsolutePath()))
            .collect(Collectors.joining(File.pathSeparator));
    Path log = Files.createTempFile("plain-dl4j", ".log");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    int exitCode =
        new ProcessBuilder(java, "-cp", classPath, main.getName(), argument.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(exitCode).as(Files.readString(log)).isZero();
  }

  @Test
  void takesTheEpochThatIsAskedFor() {
    assertThat(export("--epoch=1").out()).startsWith("Exported epoch 1 to ");
  }

  @Test
  void leavesARunAloneThatIsGoingOn() throws IOException {
    Path half = Files.createDirectory(directory.resolve("run/checkpoints/.epoch-0003-1234"));
    assertThat(export().exitCode()).isZero();
    assertThat(half).exists();
  }

  @Test
  void replacesAFileOnlyWhenToldTo() throws IOException {
    Path file = Files.writeString(directory.resolve("network.zip"), "old");
    assertThat(export())
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "Cannot write %s: it is there already, and --overwrite is not given\n"
                    .formatted(file)));
    assertThat(file).hasContent("old");
    assertThat(export("--overwrite").exitCode()).isZero();
    assertThat(Files.size(file)).isGreaterThan(1000);
  }

  @Test
  void namesTheEpochsThatThereAre() {
    assertThat(export("--epoch=3"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "Cannot export epoch 3 of %s/run: there are checkpoints of epochs [1, 2]\n"
                    .formatted(directory)));
    assertThat(directory.resolve("network.zip")).doesNotExist();
  }

  @Test
  void saysThatARunHasNoCheckpoints() {
    CommandRun run =
        CommandRun.of("export", "--run-directory=" + directory.resolve("no"), "--output=x.zip");
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "Cannot open checkpoints file:%s/no/checkpoints: there is no checkpoint\n"
                    .formatted(directory)));
    assertThat(directory.resolve("no")).doesNotExist();
  }

  @Test
  void namesTheFormatsThatThereAre() {
    CommandRun run = export("--format=onnx");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("Cannot run submit/job.sh export: Invalid value for option '--format': ")
        .contains("DL4J", "onnx");
  }
}
