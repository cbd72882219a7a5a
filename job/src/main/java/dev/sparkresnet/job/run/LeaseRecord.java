package dev.sparkresnet.job.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a driver leaves in the run directory about itself. The times are by the clock of its host
 * and for people only.
 *
 * @param id tells it from all others
 * @param host where it runs
 * @param process its number there
 * @param processStarted when that process started
 * @param processes where the number means something, or nothing if that is not known: the boot of
 *     the machine and the PID namespace, since hosts share names and containers share hosts
 * @param application of Spark
 * @param since when it began
 * @param renewals how often it said that it still lives
 * @param renewed when it did so last
 * @param ended when it had no more to write, or null
 */
record LeaseRecord(
    @JsonProperty("id") String id,
    @JsonProperty("host") String host,
    @JsonProperty("process") long process,
    @JsonProperty("process_started") String processStarted,
    @JsonProperty("processes") String processes,
    @JsonProperty("application") String application,
    @JsonProperty("since") String since,
    @JsonProperty("renewals") long renewals,
    @JsonProperty("renewed") String renewed,
    @JsonProperty("ended") String ended) {

  /** The start of a process is known by the clock, and the clock may have been set meanwhile. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(10);

  /** What may be in a message: no control characters, and no letters that pass for others. */
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]{1,300}");

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Checks what may come from anybody who can write to the run directory. */
  LeaseRecord {
    requirePrintable(id);
    requirePrintable(host);
    requirePrintable(application);
    Instant.parse(processStarted);
  }

  private static void requirePrintable(String text) {
    if (text == null || !PRINTABLE.matcher(text).matches()) {
      throw new IllegalArgumentException("not a text of 1 to 300 printable characters");
    }
  }

  static LeaseRecord ofThisProcess(String application) {
    ProcessHandle self = ProcessHandle.current();
    String now = Instant.now().toString();
    return new LeaseRecord(
        UUID.randomUUID().toString(),
        thisHost(),
        self.pid(),
        startOf(self).toString(),
        theseProcesses(),
        application.replaceAll("[^ -~]", "?"),
        now,
        0,
        now,
        null);
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static String theseProcesses() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + "/"
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  /** Reads what {@link #toJson} wrote, or nothing if it is anything else. */
  static Optional<LeaseRecord> fromJson(String json) {
    try {
      return Optional.ofNullable(JSON.readValue(json, LeaseRecord.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  byte[] toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this).getBytes(UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write driver as JSON: " + this, e);
    }
  }

  LeaseRecord renewedNow() {
    return at(renewals + 1, Instant.now().toString(), null);
  }

  LeaseRecord endedNow() {
    String now = Instant.now().toString();
    return at(renewals + 1, now, now);
  }

  private LeaseRecord at(long renewals, String renewed, String ended) {
    return new LeaseRecord(
        id, host, process, processStarted, processes, application, since, renewals, renewed, ended);
  }

  boolean hasEnded() {
    return ended != null;
  }

  /** Whether it is certain that its process is gone. */
  boolean isGone() {
    String here = theseProcesses();
    return !here.isEmpty()
        && here.equals(processes)
        && ProcessHandle.of(process).filter(this::startedThen).isEmpty();
  }

  private boolean startedThen(ProcessHandle candidate) {
    Duration apart = Duration.between(Instant.parse(processStarted), startOf(candidate));
    return apart.abs().compareTo(CLOCK_TOLERANCE) < 0;
  }

  /** Whether it is this one, though its record may be of another time. */
  boolean isSameAs(LeaseRecord other) {
    return id.equals(other.id);
  }

  /** As it goes into a message. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "driver on host %s (process %d, application %s)", host, process, application);
  }
}
