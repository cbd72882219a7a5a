package dev.sparkresnet.job.training;

import dev.sparkresnet.job.checkpoint.Position;
import dev.sparkresnet.job.checkpoint.Progress;
import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.monitoring.RunGauges;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How far a run has come and what its epochs came to, which its gauges show. */
final class RunProgress {
  private final int epochs;
  private final RunGauges gauges;
  private final List<EpochMetrics> history = new ArrayList<>();
  private Progress progress = Progress.START;

  /**
   * Of a run that has not begun.
   *
   * @param epochs that it is to have in the end
   */
  RunProgress(int epochs, RunGauges gauges) {
    this.epochs = epochs;
    this.gauges = gauges;
  }

  /** Forgets what came after a checkpoint, or everything. */
  void goBackTo(Optional<StoredCheckpoint> checkpoint) {
    history.clear();
    history.addAll(checkpoint.map(StoredCheckpoint::metrics).orElse(List.of()));
    gauges.history(history);
    goOnWith(checkpoint.map(StoredCheckpoint::progress).orElse(Progress.START));
  }

  void goOnWith(Progress from) {
    progress = from;
    gauges.rollBacks(from.rollBacks());
  }

  /** Takes what the epoch came to whose steps are done. */
  void endEpoch(EpochMetrics metrics) {
    history.add(metrics);
    gauges.history(history);
    progress = progress.atEndOfEpoch();
  }

  boolean isComplete() {
    return history.size() >= epochs;
  }

  int epochs() {
    return epochs;
  }

  /** The complete epochs, those before a resume included. */
  List<EpochMetrics> history() {
    return history;
  }

  Progress progress() {
    return progress;
  }

  Position position() {
    return progress.position();
  }

  /** Steps of the epoch that has begun. */
  int steps() {
    return position().steps();
  }
}
