package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A configuration with some settings. */
public final class TestConfiguration {
  private TestConfiguration() {}

  public static TrainingConfig with(String... settings) {
    List<String> all = new ArrayList<>(List.of("run-directory=run", "dataset.path=images"));
    all.addAll(List.of(settings));
    return ResolvedConfiguration.read(Optional.empty(), all).training();
  }
}
