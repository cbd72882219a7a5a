package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A run of {@code submit/job.sh}, its output read as it comes. */
final class JobProcess {
  private static final Pattern EXECUTOR_ID = Pattern.compile(" --executor-id (\\d+) ");

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  /** How a run ended. */
  record Outcome(int exitCode, List<String> lines) {}

  private JobProcess(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  static final String SKIP_PREFLIGHT = "--skip-preflight";

  /** The arguments that train with some settings on small executors, to add to. */
  static List<String> training(Stream<String> settings) {
    List<String> arguments = onSmallExecutors("train", settings);
    arguments.add(SKIP_PREFLIGHT);
    return arguments;
  }

  /**
   * The arguments of a command for a small network, which some settings may change, on small
   * executors, to add to.
   */
  static List<String> onSmallExecutors(String command, Stream<String> settings) {
    List<String> arguments = new ArrayList<>(List.of(command));
    Stream.of("spark.executor.memory=1g", "spark.ui.enabled=false")
        .forEach(setting -> arguments.addAll(List.of("--spark-conf", setting)));
    Stream.concat(smallNetwork(), settings)
        .forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return arguments;
  }

  /** Settings of a network that trains in seconds. */
  static Stream<String> smallNetwork() {
    return Stream.of("model.blocks=[1]", "model.width=8");
  }

  /** Starts the script of this repository, without a Spark distribution. */
  static JobProcess start(List<String> arguments) throws IOException {
    return startHere(arguments, Map.of());
  }

  /**
   * Starts the script of this repository, without a Spark distribution.
   *
   * @param environment besides that of this process
   */
  static JobProcess startHere(List<String> arguments, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = processBuilder("submit/job.sh", arguments);
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    return start(builder);
  }

  /**
   * Starts a script of this repository with a Spark distribution, or what does the same.
   *
   * @param environment besides SPARK_HOME
   */
  static JobProcess startWithSpark(
      String script, List<String> arguments, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = processBuilder(script, arguments);
    builder.environment().put("SPARK_HOME", Path.of("src/test/spark").toRealPath().toString());
    builder.environment().putAll(environment);
    return start(builder);
  }

  /** Starts any other process whose output is of interest. */
  static JobProcess start(ProcessBuilder builder) throws IOException {
    return new JobProcess(builder.redirectErrorStream(true).start());
  }

  private static ProcessBuilder processBuilder(String script, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("bash", script));
    command.addAll(arguments);
    return new ProcessBuilder(command).directory(Path.of("..").toFile());
  }

  /**
   * Reads up to a line that contains the text, and fails at the end of the output.
   *
   * @return all lines until then
   */
  List<String> awaitLine(String text) throws IOException {
    for (String line = next(); line != null; line = next()) {
      if (line.contains(text)) {
        return List.copyOf(lines);
      }
    }
    throw new AssertionError("no line with " + text + " in:\n" + String.join("\n", lines));
  }

  private String next() throws IOException {
    String line = output.readLine();
    if (line != null) {
      lines.add(line);
    }
    return line;
  }

  /** The running executors of this machine by their number. */
  Map<String, ProcessHandle> executors() throws IOException {
    return executorsOf(process.toHandle());
  }

  /** The running executors of a driver on this machine by their number. */
  static Map<String, ProcessHandle> executorsOf(ProcessHandle driver) throws IOException {
    Map<String, ProcessHandle> executors = new TreeMap<>();
    for (ProcessHandle child : driver.descendants().toList()) {
      Matcher id = EXECUTOR_ID.matcher(commandLine(child));
      if (id.find()) {
        executors.put(id.group(1), child);
      }
    }
    return executors;
  }

  /** The driver. */
  ProcessHandle driver() {
    return process.toHandle();
  }

  /** {@link ProcessHandle.Info} gives up on command lines that are longer than a page. */
  static String commandLine(ProcessHandle process) throws IOException {
    return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"))
        .replace('\0', ' ');
  }

  /** Sends a signal such as TERM to the driver. */
  void signal(String name) throws IOException, InterruptedException {
    signal(name, process.toHandle());
  }

  static void signal(String name, ProcessHandle receiver) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, String.valueOf(receiver.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  /** SIGKILL: nothing of the process gets a chance to clean up. What it wrote can still be read. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Reads the rest and waits for the end. */
  Outcome finish() throws IOException, InterruptedException {
    while (next() != null) {}
    return new Outcome(process.waitFor(), List.copyOf(lines));
  }
}
