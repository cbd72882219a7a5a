package dev.sparkresnet.job.replica;

import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The floats of a flat ND4J array where the processor finds them: the array itself, no copy. */
public final class HostFloats {
  private HostFloats() {}

  /** To be read; they are the array's until it is computed with again. */
  public static FloatBuffer of(INDArray array) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    return array.data().asNioFloat();
  }

  /** Has the floats of an array changed, so that computing goes on with what they are then. */
  public static void change(INDArray array, Consumer<FloatBuffer> work) {
    work.accept(of(array));
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }
}
