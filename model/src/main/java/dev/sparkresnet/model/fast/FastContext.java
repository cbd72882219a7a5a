package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.fast.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.network.ConvolutionUnit;

/** What all parts of a fast pass share. */
record FastContext(ParameterViews parameters, FastMemory memory, LayerClock clock) {

  /** An array for the output of a convolution that is used for nothing else. */
  FeatureMap keep(ConvolutionUnit unit) {
    return memory.keep(unit.outputSize(), unit.outputChannels());
  }

  /** An array for the output of a convolution that others use, too. */
  FeatureMap share(Shared which, ConvolutionUnit unit) {
    return memory.share(which, unit.outputSize(), unit.outputChannels());
  }
}
