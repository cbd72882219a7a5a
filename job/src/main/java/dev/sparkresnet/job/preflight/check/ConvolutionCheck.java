package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.ConvolutionTrial;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;

/** The device computes what it should. */
public final class ConvolutionCheck implements Check {
  static final String CURE =
      "Give the JVM memory and another variant of the nd4j backend"
          + " (-Dorg.bytedeco.javacpp.maxbytes, -Dorg.bytedeco.javacpp.platform.extension).";

  @Override
  public String name() {
    return "convolution";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    return survey.processes().stream().map(ConvolutionCheck::judge).toList();
  }

  private static Finding judge(ProcessFacts process) {
    return process.device().isKnown()
        ? process.convolution().judge(process.place(), CURE, found -> judge(process.place(), found))
        : Finding.skipped("no device to compute on");
  }

  private static Finding judge(Place place, ConvolutionTrial found) {
    return found.equals(ConvolutionTrial.EXPECTED)
        ? Finding.ok(place, "3x3 on 4x4 as computed by hand")
        : Finding.failed(
            place,
            "computed %s, by hand it is %s"
                .formatted(found.values(), ConvolutionTrial.EXPECTED.values()),
            CURE);
  }
}
