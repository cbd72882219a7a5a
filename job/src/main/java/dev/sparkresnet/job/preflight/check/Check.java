package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;

/** Judges one thing by what was measured, and nothing else. */
public interface Check {
  /** A few words, as they stand in the table. */
  String name();

  /** At least one finding. */
  List<Finding> judge(Survey survey);
}
