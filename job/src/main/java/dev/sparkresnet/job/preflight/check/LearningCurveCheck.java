package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;

/** The driver can draw the learning curve, which a run is complete without. */
public final class LearningCurveCheck implements Check {
  static final String CURE =
      "Install fontconfig, freetype and a font where the driver runs, or read metrics.jsonl.";

  @Override
  public String name() {
    return "learning curve";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    return List.of(
        survey.curve().isKnown()
            ? Finding.ok(survey.driver().place(), "can be drawn")
            : Finding.warning(
                List.of(survey.driver().place()),
                "cannot be drawn, the run is complete without it: " + survey.curve().problem(),
                CURE));
  }
}
