package dev.sparkresnet.model;

import java.io.File;
import java.io.IOException;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.factory.Nd4j;

/** Restores a network and runs it on images, in a JVM that does not have our code. */
final class PlainDl4j {
  private PlainDl4j() {}

  /** Takes the files of the network, of the images, and for the output. */
  public static void main(String[] arguments) throws IOException {
    try {
      Class.forName("dev.sparkresnet.model.ResNet");
      throw new IllegalStateException("our code is on the class path");
    } catch (ClassNotFoundException expected) {
      Nd4j.writeAsNumpy(
          ModelSerializer.restoreComputationGraph(new File(arguments[0]), true)
              .outputSingle(Nd4j.createFromNpyFile(new File(arguments[1]))),
          new File(arguments[2]));
    }
  }
}
