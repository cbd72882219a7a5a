package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Images;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;
import java.util.Locale;

/** Every process finds the same images, and every one of them can be read. */
public final class DatasetCheck implements Check {
  static final String CURE =
      "Put whole images where every host can read them (submit/job.sh stage-dataset) and set"
          + " training.dataset.path.";

  @Override
  public String name() {
    return "dataset";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    Measured<Images> driver = survey.driver().images();
    return survey.processes().stream()
        .map(
            process ->
                process
                    .images()
                    .judge(process.place(), CURE, own -> judge(process.place(), own, driver)))
        .toList();
  }

  private static Finding judge(Place place, Images own, Measured<Images> driver) {
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
    return Finding.ok(place, counts);
  }
}
