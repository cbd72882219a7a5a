package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.state.FlatVector;
import java.io.Serializable;

/**
 * What tells two sets of parameters apart without comparing them one by one.
 *
 * @param checksum CRC-32C of the bits
 * @param norm square root of the sum of squares
 */
public record ParameterFigures(long checksum, double norm) implements Serializable {

  public static ParameterFigures of(FlatVector parameters) {
    return new ParameterFigures(
        parameters.checksum(), Math.sqrt(parameters.squares(0, parameters.length())));
  }
}
