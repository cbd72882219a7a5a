package dev.sparkresnet.job.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sparkresnet.job.watch.StopRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.util.SignalUtils;
import scala.runtime.AbstractFunction0;

/** Turns the signals by which schedulers and users end a process into a request to stop. */
final class StopSignals {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String IGNORED = "SigIgn:";
  private static final int HEXADECIMAL = 16;

  /** A signal of Linux. */
  private enum Signal {
    HUP(1),
    INT(2),
    TERM(15);

    private final int number;

    Signal(int number) {
      this.number = number;
    }
  }

  private StopSignals() {}

  /**
   * Hands on the first signal. The second ends the process, as it would have without this. What
   * nohup or a shell has had this process ignore stays ignored.
   */
  static void handOnTo(StopRequest stop) {
    long ignored = ignored(status());
    for (Signal signal : Signal.values()) {
      if ((ignored >> (signal.number - 1) & 1) == 0) {
        handOn(signal, stop);
      }
    }
  }

  private static void handOn(Signal signal, StopRequest stop) {
    SignalUtils.register(
        signal.name(),
        new AbstractFunction0<Object>() {
          @Override
          public Object apply() {
            return stop.make("SIG" + signal);
          }
        });
  }

  private static List<String> status() {
    try {
      return Files.readAllLines(STATUS, ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The signals that a process ignores, as a mask; bit 0 is signal 1 (proc(5)). */
  static long ignored(List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith(IGNORED))
        .map(line -> line.substring(IGNORED.length()).strip())
        .mapToLong(mask -> Long.parseUnsignedLong(mask, HEXADECIMAL))
        .findFirst()
        .orElse(0);
  }
}
