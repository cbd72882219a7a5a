package dev.sparkresnet.job.preflight;

import java.util.List;

/** Judges one thing by what was measured, and nothing else. */
interface Check {
  /** A few words, as they stand in the table. */
  String name();

  /** At least one finding. */
  List<Finding> judge(Survey survey);
}
