package dev.sparkresnet.job.preflight.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.nd4j.linalg.factory.Nd4j;

/** Measures in a JVM with flags of its own, and tells what came of it as one line. */
public final class OtherJvm {
  private static final String SEPARATOR = ",";
  private static final String ANSWER = "measured: ";

  private OtherJvm() {}

  /** The closed packages of a JVM without the flags of the job. */
  public static JvmFlags flags() throws IOException {
    String[] answer = run(List.of(), "flags").split(SEPARATOR, -1);
    return new JvmFlags(List.of(answer));
  }

  /** Why something cannot be measured in a JVM with some flags. */
  public static <T> Measured<T> problem(String what, String... flags) throws IOException {
    return Measured.not(run(List.of(flags), what));
  }

  private static String run(List<String> flags, String what) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(flags);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), OtherJvm.class.getName(), what));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return out.lines()
        .filter(line -> line.startsWith(ANSWER))
        .map(line -> line.substring(ANSWER.length()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no answer: " + out));
  }

  public static void main(String[] arguments) {
    System.out.println(
        ANSWER
            + switch (arguments[0]) {
              case "flags" -> flagsOfThisJvm();
              case "device" -> problem(() -> Nd4j.getBackend());
              case "convolution" -> problem(ConvolutionTrial::compute);
              default -> throw new IllegalArgumentException(arguments[0]);
            });
    // Native threads must not keep a JVM that could not load its libraries.
    Runtime.getRuntime().halt(0);
  }

  private static String flagsOfThisJvm() {
    return String.join(SEPARATOR, JvmFlags.ofThisJvm().closed());
  }

  private static String problem(Callable<?> measure) {
    return Measurement.start("other", Duration.ofMinutes(1), measure).finish().problem();
  }
}
