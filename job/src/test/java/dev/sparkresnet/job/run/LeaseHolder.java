package dev.sparkresnet.job.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.job.storage.Pause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A process that takes the leases of the run directories that it is told, until it is killed. */
final class LeaseHolder {
  private final Process process;
  private final BufferedReader answers;

  private LeaseHolder(Process process) {
    this.process = process;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  static LeaseHolder start() throws IOException {
    return new LeaseHolder(
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                LeaseHolder.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Has it take the lease, unless it would have to wait. */
  void take(String run) throws IOException {
    process.getOutputStream().write((run + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** Whether it has the lease that it was last told to take. */
  boolean holds() throws IOException {
    String answer = String.valueOf(answers.readLine());
    return switch (answer) {
      case "held" -> true;
      case "taken" -> false;
      default -> throw new IllegalStateException("not an answer: " + answer);
    };
  }

  long pid() {
    return process.pid();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** A driver that gives up rather than wait. */
  static final class Impatient extends RuntimeException {
    static final Pause PAUSE =
        time -> {
          throw new Impatient();
        };
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader runs = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    Configuration hadoop = new Configuration();
    for (String run = runs.readLine(); run != null; run = runs.readLine()) {
      try {
        RunLease unused =
            RunLease.acquire(
                new RunDirectory(new Path(run), hadoop),
                LeaseRecord.ofThisProcess("app-child"),
                () -> {},
                Impatient.PAUSE);
        System.out.println("held");
      } catch (Impatient e) {
        System.out.println("taken");
      }
    }
  }
}
