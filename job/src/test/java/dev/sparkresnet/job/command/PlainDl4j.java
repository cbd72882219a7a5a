package dev.sparkresnet.job.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Runs a restored network and trains it on, in a JVM that does not have our code. */
final class PlainDl4j {
  private PlainDl4j() {}

  /**
   * Takes a directory with {@code network.zip}, {@code images.npy} and {@code labels.npy} and
   * leaves there the output, the parameters and the optimiser state, and the parameters after a
   * step.
   */
  public static void main(String[] arguments) throws IOException {
    try {
      Class.forName("dev.sparkresnet.model.ResNet");
      throw new IllegalStateException("our code is on the class path");
    } catch (ClassNotFoundException expected) {
      run(Path.of(arguments[0]));
    }
  }

  private static void run(Path directory) throws IOException {
    ComputationGraph network =
        ModelSerializer.restoreComputationGraph(directory.resolve("network.zip").toFile(), true);
    INDArray images = Nd4j.createFromNpyFile(file(directory, "images"));
    INDArray labels = Nd4j.createFromNpyFile(file(directory, "labels"));
    Nd4j.writeAsNumpy(network.outputSingle(images), file(directory, "output"));
    Nd4j.writeAsNumpy(network.params(), file(directory, "parameters"));
    Nd4j.writeAsNumpy(network.getUpdater().getStateViewArray(), file(directory, "state"));
    network.fit(new DataSet(images, labels));
    Nd4j.writeAsNumpy(network.params(), file(directory, "trained"));
  }

  private static File file(Path directory, String name) {
    return directory.resolve(name + ".npy").toFile();
  }
}
