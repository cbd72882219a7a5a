package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.datasets.Looks;
import dev.sparkresnet.datasets.Split;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Images;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Every process finds the same images, every one that was read can be, and they differ. */
public final class DatasetCheck implements Check {
  static final String CURE =
      "Put whole images where every host can read them (submit/job.sh stage-dataset) and set"
          + " training.dataset.path.";
  static final String ODD_CURE =
      "Look at the files of training.dataset.path: were they written as they should be?";

  @Override
  public String name() {
    return "dataset";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    Measured<Images> driver = survey.driver().images();
    List<Images> executors =
        survey.executors().stream()
            .map(ProcessFacts::images)
            .filter(Measured::isKnown)
            .map(Measured::value)
            .toList();
    String read = read(executors);
    List<Finding> findings = new ArrayList<>();
    survey
        .processes()
        .forEach(
            process ->
                findings.add(
                    process
                        .images()
                        .judge(
                            process.place(),
                            CURE,
                            own -> judge(process.place(), own, driver, read))));
    findings.addAll(oddities(Split.TRAINING, executors, Images::trainingLooks));
    findings.addAll(oddities(Split.TEST, executors, Images::testLooks));
    return findings;
  }

  /** What was left out, if anything was. */
  private static String read(List<Images> executors) {
    long read = executors.stream().mapToLong(Images::read).sum();
    long used = executors.stream().mapToLong(Images::used).max().orElse(0);
    return read < used
        ? String.format(Locale.ROOT, ", of which %d were read for a sample", read)
        : "";
  }

  private static List<Finding> oddities(
      Split split, List<Images> executors, Function<Images, Looks> looks) {
    return executors.stream().map(looks).reduce(Looks.NONE, Looks::plus).oddities().stream()
        .map(
            oddity ->
                Finding.warning(
                    List.of(),
                    "of the %s images that were read %s".formatted(split, oddity),
                    ODD_CURE))
        .toList();
  }

  private static Finding judge(Place place, Images own, Measured<Images> driver, String read) {
    String counts =
        String.format(Locale.ROOT, "%d training and %d test images", own.training(), own.test());
    if (driver.isKnown()
        && (own.training() != driver.value().training() || own.test() != driver.value().test())) {
      return Finding.failed(
          place,
          String.format(
              Locale.ROOT,
              "%s, the driver finds %d and %d",
              counts,
              driver.value().training(),
              driver.value().test()),
          CURE);
    }
    return Finding.ok(place, counts + read);
  }
}
