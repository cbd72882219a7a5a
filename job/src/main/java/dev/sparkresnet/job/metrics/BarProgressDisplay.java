package dev.sparkresnet.job.metrics;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar with the time spent and the time left, redrawn in place. */
final class BarProgressDisplay implements ProgressDisplay {
  private final ProgressBar bar;

  BarProgressDisplay(String task, long total) {
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .build();
  }

  @Override
  public void stepTo(long done) {
    bar.stepTo(done);
  }

  @Override
  public void remark(String text) {
    bar.setExtraMessage(text);
  }

  @Override
  public void close() {
    bar.close();
  }
}
