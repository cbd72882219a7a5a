package dev.sparkresnet.job.metrics;

import dev.sparkresnet.job.failure.OptionalWork;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Shows progress if it can. */
final class OptionalDisplay implements ProgressDisplay {
  private static final OptionalWork WORK = new OptionalWork("Progress is not shown");

  private ProgressDisplay display;

  OptionalDisplay(Supplier<ProgressDisplay> start) {
    WORK.attempt(() -> display = start.get());
  }

  private void attempt(Consumer<ProgressDisplay> work) {
    if (display != null) {
      WORK.attempt(() -> work.accept(display));
    }
  }

  @Override
  public void stepTo(long done) {
    attempt(shown -> shown.stepTo(done));
  }

  @Override
  public void remark(String text) {
    attempt(shown -> shown.remark(text));
  }

  @Override
  public void close() {
    attempt(ProgressDisplay::close);
  }
}
