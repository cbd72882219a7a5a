package dev.sparkresnet.job.preflight;

import static java.util.Comparator.comparing;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.failure.ClusterException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.metrics.LearningCurve;
import dev.sparkresnet.job.network.Authentication;
import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.job.preflight.check.Check;
import dev.sparkresnet.job.preflight.check.ClockCheck;
import dev.sparkresnet.job.preflight.check.ConvolutionCheck;
import dev.sparkresnet.job.preflight.check.DatasetCheck;
import dev.sparkresnet.job.preflight.check.DeviceCheck;
import dev.sparkresnet.job.preflight.check.ExchangeCheck;
import dev.sparkresnet.job.preflight.check.ExecutorCheck;
import dev.sparkresnet.job.preflight.check.JavaFlagCheck;
import dev.sparkresnet.job.preflight.check.KerberosCheck;
import dev.sparkresnet.job.preflight.check.LearningCurveCheck;
import dev.sparkresnet.job.preflight.check.LinkCheck;
import dev.sparkresnet.job.preflight.check.MemoryCheck;
import dev.sparkresnet.job.preflight.check.RunDirectoryCheck;
import dev.sparkresnet.job.preflight.check.VersionCheck;
import dev.sparkresnet.job.preflight.measure.ClockReading;
import dev.sparkresnet.job.preflight.measure.DriverPaths;
import dev.sparkresnet.job.preflight.measure.ExchangeTrial;
import dev.sparkresnet.job.preflight.measure.ExecutorCount;
import dev.sparkresnet.job.preflight.measure.ExecutorStage;
import dev.sparkresnet.job.preflight.measure.Images;
import dev.sparkresnet.job.preflight.measure.Link;
import dev.sparkresnet.job.preflight.measure.MeasureExecutor;
import dev.sparkresnet.job.preflight.measure.MeasureLinks;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Measurement;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Plan;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.ProcessProbe;
import dev.sparkresnet.job.preflight.measure.RunDirectoryProbe;
import dev.sparkresnet.job.preflight.measure.Survey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import dev.sparkresnet.job.preflight.report.PreflightReport;
import dev.sparkresnet.job.spark.ClusterSession;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, without training, what would keep a run from it: measures in the driver and in every
 * executor at once, then between them, and judges.
 *
 * <p>Nothing it does takes longer than a bounded time, and what hangs has failed.
 */
public final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  private static final List<Check> CHECKS =
      List.of(
          new ExecutorCheck(),
          new VersionCheck(),
          new JavaFlagCheck(),
          new DeviceCheck(),
          new ConvolutionCheck(),
          new MemoryCheck(),
          new LinkCheck(),
          new ExchangeCheck(),
          new ClockCheck(),
          new KerberosCheck(),
          new RunDirectoryCheck(),
          new DatasetCheck(),
          new LearningCurveCheck());

  /** More than the longest measurement, for Spark to start tasks and to fetch what they found. */
  private static final Duration STAGE = ProcessProbe.LONGEST.plusSeconds(30);

  private static final Duration BOUND = ProcessProbe.BOUND;

  private final ClusterSession session;
  private final JavaSparkContext spark;
  private final TrainingConfig config;
  private final String token = UUID.randomUUID().toString();

  private Preflight(ClusterSession session, TrainingConfig config) {
    this.session = session;
    this.spark = session.context();
    this.config = config;
  }

  /**
   * Checks an application that was just started.
   *
   * @throws UserErrorException if executors end as soon as they start
   * @throws IllegalStateException if this thread is interrupted
   */
  public static PreflightReport run(ClusterSession session, TrainingConfig config) {
    long begin = System.nanoTime();
    Survey survey = session.describe("preflight", () -> new Preflight(session, config).survey());
    List<CheckResult> results =
        CHECKS.stream().map(check -> CheckResult.of(check, survey)).toList();
    return new PreflightReport(results, Duration.ofNanos(System.nanoTime() - begin));
  }

  /**
   * Checks as the first step of a training, and says in the log what came of it.
   *
   * @throws UserErrorException if a run would fail
   * @throws ClusterException if it would fail now, for want of executors only
   * @throws IllegalStateException if this thread is interrupted
   */
  public static void require(ClusterSession session, TrainingConfig config) {
    PreflightReport report = run(session, config);
    report.logTo(LOG);
    report.requireNoFailure();
  }

  private Survey survey() {
    ExecutorCount call = callRoll();
    Measured<RunDirectoryProbe> directory =
        Measurement.start("run-directory", BOUND, this::openDirectory).finish();
    try {
      return survey(call, directory);
    } finally {
      Measured<String> unused =
          Measurement.start("clean-up", BOUND, () -> cleanUp(directory)).finish();
    }
  }

  private ExecutorCount callRoll() {
    ExecutorCount call =
        new ExecutorCount(
            spark.master(),
            spark.isLocal() ? ExecutorCount.Kind.LOCAL : ExecutorCount.Kind.PROCESSES,
            session.limit(),
            0,
            config.executorWait(),
            "");
    if (spark.isLocal()) {
      return call;
    }
    int expected = Math.min(config.replicas(), session.limit().most());
    try {
      return call.found(session.awaitExecutors(expected, config.executorWait()));
    } catch (ClusterException tooFew) {
      return call.found(session.executors());
    }
  }

  private RunDirectoryProbe openDirectory() throws IOException {
    return RunDirectoryProbe.open(config.runDirectory(), token, spark.hadoopConfiguration());
  }

  private static String cleanUp(Measured<RunDirectoryProbe> directory) throws IOException {
    if (directory.isKnown()) {
      directory.value().sweep();
      directory.value().close();
    }
    return "";
  }

  private Survey survey(ExecutorCount call, Measured<RunDirectoryProbe> directory) {
    Measurement<String> curve = Measurement.start("learning-curve", STAGE, LearningCurve::tryOut);
    Measurement<ProcessFacts> own =
        Measurement.start("driver", STAGE, () -> driver(directory).measure());
    Measured<List<ProcessFacts>> executors = measureExecutors(call.found());
    ProcessFacts driver = requireMeasured(own);
    Plan plan =
        Plan.of(
            config, driver.images(), Authentication.isOn(key -> spark.getConf().get(key, null)));
    List<ProcessFacts> all = new ArrayList<>(List.of(driver));
    if (executors.isKnown()) {
      executors.value().stream()
          .sorted(comparing(ProcessFacts::place, Place.BY_NUMBER))
          .forEach(all::add);
      return surveyLinks(plan, call, all, curve.finish());
    }
    return unlinked(plan, call.silent(executors.problem()), all, curve.finish());
  }

  private static ProcessFacts requireMeasured(Measurement<ProcessFacts> driver) {
    Measured<ProcessFacts> facts = driver.finish();
    if (!facts.isKnown()) {
      throw new IllegalStateException("Cannot check the driver: " + facts.problem());
    }
    return facts.value();
  }

  private ProcessProbe driver(Measured<RunDirectoryProbe> directory) {
    Place place = Place.driver(LocalAddress.sparkHost());
    return new ProcessProbe(
        place,
        () -> JvmDevice.ofDriver(place.host(), spark.resources()),
        () -> directory.orThrow().writeAndRead(place.executor()),
        () -> Images.look(config, spark.hadoopConfiguration()));
  }

  private Measured<List<ProcessFacts>> measureExecutors(int executors) {
    if (executors == 0) {
      return Measured.of(List.of());
    }
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    return ExecutorStage.run(
        session,
        executors,
        new MeasureExecutor(
            config, DriverPaths.of(config, spark.hadoopConfiguration()), token, executors, hadoop),
        STAGE);
  }

  private static Survey unlinked(
      Plan plan, ExecutorCount call, List<ProcessFacts> all, Measured<String> curve) {
    return new Survey(plan, call, all, List.of(), List.of(), List.of(), curve);
  }

  private Survey surveyLinks(
      Plan plan, ExecutorCount call, List<ProcessFacts> all, Measured<String> curve) {
    if (all.size() == 1) {
      return unlinked(plan, call, all, curve);
    }
    int executors = all.size() - 1;
    long asked = System.currentTimeMillis();
    Measured<List<MeasureLinks.Result>> found =
        ExecutorStage.run(session, executors, new MeasureLinks(all), STAGE);
    long answered = System.currentTimeMillis();
    Measured<List<ExchangeTrial.Result>> exchange = tryExchange(plan, executors);
    if (!found.isKnown() || !exchange.isKnown()) {
      String silence = found.isKnown() ? exchange.problem() : found.problem();
      return unlinked(plan, call.silent(silence), all, curve);
    }
    List<Link> links = new ArrayList<>(MeasureLinks.connect(all.get(0).place(), all));
    found.value().forEach(result -> links.addAll(result.links()));
    List<ClockReading> clocks =
        found.value().stream()
            .map(each -> new ClockReading(each.place(), asked, each.clockMillis(), answered))
            .toList();
    return new Survey(plan, call, all, links, clocks, exchange.value(), curve);
  }

  private Measured<List<ExchangeTrial.Result>> tryExchange(Plan plan, int executors) {
    return plan.exchanges()
        ? ExecutorStage.run(session, executors, ExchangeTrial.of(config, executors), STAGE)
        : Measured.of(List.of());
  }
}
