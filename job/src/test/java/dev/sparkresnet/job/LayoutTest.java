package dev.sparkresnet.job;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.io.ObjectInputStream;

@AnalyzeClasses(packages = "dev.sparkresnet", importOptions = DoNotIncludeTests.class)
class LayoutTest {
  @ArchTest
  static final ArchRule modelKnowsTheNetworkOnly =
      noClasses()
          .that()
          .resideInAPackage("dev.sparkresnet.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sparkresnet.datasets..",
              "dev.sparkresnet.job..",
              "org.apache.spark..",
              "org.apache.hadoop..",
              "com.typesafe..");

  @ArchTest
  static final ArchRule datasetsKnowImagesAndFilesOnly =
      noClasses()
          .that()
          .resideInAPackage("dev.sparkresnet.datasets..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sparkresnet.model..",
              "dev.sparkresnet.job..",
              "org.apache.spark..",
              "com.typesafe..");

  @ArchTest
  static final ArchRule configurationFilesAreReadInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.sparkresnet.job.config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.typesafe..");

  @ArchTest
  static final ArchRule whatIsKnownBeforeARunStartsNeedsNoSpark =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.sparkresnet.job.explain..",
              "dev.sparkresnet.job.launch..",
              "dev.sparkresnet.job.memory..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..");

  @ArchTest
  static final ArchRule theWaysToTrainAreChosenByTheTrainingOnly =
      onlyKnownTo("sharing", "training").and(onlyKnownTo("averaging", "training"));

  @ArchTest
  static final ArchRule theRunIsKnownToTheCommandLineOnly =
      onlyKnownTo("training", "command").and(onlyKnownTo("preflight", "command"));

  @ArchTest static final ArchRule theCommandLineIsKnownToNobody = onlyKnownTo("command", "command");

  @ArchTest
  static final ArchRule replicasKnowNothingOfTheRun =
      noClasses()
          .that()
          .resideInAPackage("dev.sparkresnet.job.replica..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sparkresnet.job.checkpoint..",
              "dev.sparkresnet.job.epoch..",
              "dev.sparkresnet.job.run..",
              "dev.sparkresnet.job.storage..",
              "dev.sparkresnet.job.watch..");

  @ArchTest
  static final ArchRule connectionsNeedNoReplicas =
      noClasses()
          .that()
          .resideInAPackage("dev.sparkresnet.job.network..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sparkresnet.job.spark..",
              "dev.sparkresnet.job.replica..",
              "dev.sparkresnet.job.exchange..");

  /** So that it can be tested without a cluster, and another engine fits in. */
  @ArchTest
  static final ArchRule sumsNeedNothingButJava =
      classes()
          .that()
          .resideInAPackage("dev.sparkresnet.job.exchange..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("dev.sparkresnet.job.exchange..", "java..");

  @ArchTest
  static final ArchRule networkLibraryOfSparkIsUsedInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.sparkresnet.job.network..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark.network..", "io.netty..");

  @ArchTest
  static final ArchRule partsOfThePreflightHaveNoCycles =
      slices().matching("dev.sparkresnet.job.preflight.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule metricsAreRegisteredInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.sparkresnet.job.monitoring..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.codahale..");

  @ArchTest
  static final ArchRule onlyTheJobHasAMain =
      methods()
          .that()
          .haveName("main")
          .and()
          .areStatic()
          .should()
          .beDeclaredInClassesThat(belongToAnyOf(Main.class, Submit.class));

  @ArchTest
  static final ArchRule packagesOfTheJobHaveNoCycles =
      slices().matching("dev.sparkresnet.job.(*)..").should().beFreeOfCycles();

  /** The package of the module itself is one of them. */
  @ArchTest
  static final ArchRule packagesOfTheModelHaveNoCycles =
      slices()
          .matching("dev.sparkresnet.(**)")
          .that(
              DescribedPredicate.describe(
                  "are of the model", slice -> slice.getDescription().contains("model")))
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule modulesHaveNoCycles =
      slices().matching("dev.sparkresnet.(*)..").should().beFreeOfCycles();

  /** Arrays of one replica on two GPUs would be copied to and fro, if they work at all. */
  @ArchTest
  static final ArchRule gpusAreChosenInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.sparkresnet.job.device..")
          .should()
          .accessTargetWhere(member("(unsafeSetDevice|setDevice|replicateToDevice)", ".*"));

  /** Each of these has a connection of its own, and nobody closes it. */
  @ArchTest
  static final ArchRule aFileSystemHasOneClientInAProcess =
      noClasses()
          .that()
          .doNotHaveSimpleName("FileContexts")
          .should()
          .accessTargetWhere(member("getFileContext|getLocalFSFileContext", "FileContext"))
          .orShould()
          .accessTargetWhere(member("newInstance|newInstanceLocal", "(Local)?FileSystem"))
          .orShould()
          .accessTargetWhere(member("<init>", "DFSClient|(Distributed)?FileSystem"));

  /** So that every one of them can be tested with facts. */
  @ArchTest
  static final ArchRule checksOfThePreflightJudgeByWhatWasMeasured =
      noClasses()
          .that()
          .areAssignableTo("dev.sparkresnet.job.preflight.check.Check")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "org.apache.hadoop..",
              "org.nd4j..",
              "java.io..",
              "java.net..",
              "java.nio..");

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Manager|Helper|Impl|Base|Utils?)(\\$.*)?")
          .orShould()
          .resideInAnyPackage("..common..", "..util..");

  /** Whoever can write to a run directory could otherwise run code in the job. */
  @ArchTest
  static final ArchRule nothingReadIsDeserialisedByJava =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class)
          .orShould()
          .accessTargetWhere(member("(readObject|deserialize|fromByteArray)", "SerializationUtils"))
          .orShould()
          .accessTargetWhere(member("restore.*", "ModelSerializer"));

  /** Classes of a package of the job are used by it and another one, and no others. */
  private static CompositeArchRule onlyKnownTo(String known, String by) {
    return CompositeArchRule.of(
        classes()
            .that()
            .resideInAPackage("dev.sparkresnet.job." + known + "..")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage(
                "dev.sparkresnet.job",
                "dev.sparkresnet.job." + known + "..",
                "dev.sparkresnet.job." + by + ".."));
  }

  private static DescribedPredicate<JavaAccess<?>> member(String name, String owner) {
    return DescribedPredicate.describe(
        owner + "." + name,
        access ->
            access.getTargetOwner().getSimpleName().matches(owner)
                && access.getTarget().getName().matches(name));
  }
}
