package dev.sparkresnet.job.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.datasets.storage.FileContexts;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.storage.AtomicFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The drivers that a run has had, {@code drivers/driver-0001.json} and so on. They are never
 * removed, so that their numbers only grow.
 */
final class LeaseRecords {
  /** The highest number that is read as one. */
  static final int LAST = 999_999_999;

  private static final String DIRECTORY = "drivers";
  private static final Pattern NAME = Pattern.compile("driver-(\\d{4,9})\\.json");

  private final RunDirectory run;

  /** What is written of a driver. */
  record Entry(int number, String text) {
    /** Nothing if it cannot be read: it is being written, or was never finished. */
    Optional<LeaseRecord> driver() {
      return LeaseRecord.fromJson(text);
    }

    @Override
    public String toString() {
      return driver()
          .map(LeaseRecord::toString)
          .orElse("an unknown driver (" + nameOf(number) + ")");
    }
  }

  LeaseRecords(RunDirectory run) {
    this.run = run;
  }

  /**
   * The driver of the highest number.
   *
   * @throws UncheckedIOException if the run directory cannot be read
   */
  Optional<Entry> newest() {
    OptionalInt number = numbers().max();
    return number.isEmpty() ? Optional.empty() : Optional.of(entry(number.getAsInt()));
  }

  private Entry entry(int number) {
    byte[] content = file(number).content().orElse(new byte[0]);
    return new Entry(number, new String(content, UTF_8));
  }

  private IntStream numbers() {
    Path directory = new Path(run.path(), DIRECTORY);
    try {
      FileContext files = FileContexts.of(directory, run.hadoop());
      return Arrays.stream(files.util().listStatus(directory))
          .map(FileStatus::getPath)
          .map(path -> NAME.matcher(path.getName()))
          .filter(Matcher::matches)
          .mapToInt(name -> Integer.parseInt(name.group(1)));
    } catch (FileNotFoundException e) {
      return IntStream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + directory + ": " + Reason.of(e), e);
    }
  }

  /**
   * Takes a number.
   *
   * @return false if another driver has it
   * @throws UncheckedIOException if the run directory cannot be written
   */
  boolean create(int number, LeaseRecord driver) {
    return file(number).create(driver.toJson());
  }

  /**
   * Writes anew what a driver says of itself.
   *
   * @throws UncheckedIOException if the run directory cannot be written
   */
  void replace(int number, LeaseRecord driver) {
    file(number).replace(driver.toJson());
  }

  private AtomicFile file(int number) {
    return new AtomicFile(run.hadoop(), run.path().toString(), DIRECTORY + "/" + nameOf(number));
  }

  private static String nameOf(int number) {
    return String.format(Locale.ROOT, "driver-%04d.json", number);
  }
}
