package dev.sparkresnet.job.command;

import dev.sparkresnet.job.watch.StopRequest;
import java.util.List;
import org.apache.spark.util.SignalUtils;
import scala.runtime.AbstractFunction0;

/** Turns the signals by which schedulers and users end a process into a request to stop. */
final class StopSignals {
  private static final List<String> NAMES = List.of("TERM", "INT");

  private StopSignals() {}

  /** Hands on the first signal. The second ends the process, as it would have without this. */
  static void handOnTo(StopRequest stop) {
    for (String name : NAMES) {
      SignalUtils.register(
          name,
          new AbstractFunction0<Object>() {
            @Override
            public Object apply() {
              return stop.make("SIG" + name);
            }
          });
    }
  }
}
