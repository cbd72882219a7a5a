package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.job.command.Failure;
import dev.sparkresnet.job.command.Launcher;
import dev.sparkresnet.job.launch.ArgumentVector;
import dev.sparkresnet.job.launch.Environment;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code submit/job.sh} runs: {@code Submit ROOT BUILD WORDS...}. It writes the argument
 * vector to file descriptor 3, and nothing where it has answered by itself.
 */
public final class Submit {
  private static final String VECTOR = "/dev/fd/3";

  private Submit() {}

  public static void main(String[] arguments) {
    PrintWriter err = new PrintWriter(System.err, true, UTF_8);
    System.exit(Failure.told(() -> launch(arguments, err), err));
  }

  private static int launch(String[] arguments, PrintWriter err) {
    Environment environment =
        new Environment(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            System.getenv(),
            Runtime.getRuntime().availableProcessors(),
            memoryBytes());
    System.setProperty("log4j2.configurationFile", environment.loggingAddress());
    List<String> words = Arrays.asList(arguments).subList(2, arguments.length);
    Launcher launcher = new Launcher(environment, Submit::handOver);
    return launcher.launch(words, new PrintWriter(System.out, true, UTF_8), err);
  }

  /** In a container that of the container. */
  private static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  private static void handOver(ArgumentVector vector) {
    try (OutputStream out = new FileOutputStream(VECTOR)) {
      vector.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot hand over the command: " + e.getMessage(), e);
    }
  }
}
