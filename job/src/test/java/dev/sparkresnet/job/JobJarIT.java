package dev.sparkresnet.job;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn package} packed, and what it packs for GPUs. */
class JobJarIT {
  private static final Path RUNTIME = Path.of("target", "runtime");
  private static final Path JOB_JAR = RUNTIME.resolve("lib/spark-resnet50.jar");
  private static final Pattern NATIVE = Pattern.compile(".*\\.(so(\\.\\d+)*|dll|dylib|jnilib|a)");

  private static Set<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(ZipEntry::getName).collect(toCollection(TreeSet::new));
    }
  }

  private static Set<String> ofJob() throws IOException {
    return entries(JOB_JAR);
  }

  @Test
  void carriesEverythingThatSparkDoesNot() throws IOException {
    assertThat(ofJob())
        .contains(
            "dev/sparkresnet/job/Main.class",
            "dev/sparkresnet/model/ResNet.class",
            "dev/sparkresnet/datasets/CifarDataset.class",
            "org/deeplearning4j/nn/graph/ComputationGraph.class",
            "org/deeplearning4j/spark/parameterserver/training/SharedTrainingMaster.class",
            "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend")
        .noneMatch(name -> name.startsWith("org/apache/spark/api/"))
        .noneMatch(name -> name.startsWith("org/apache/hadoop/"))
        .noneMatch(name -> name.startsWith("scala/"));
  }

  @Test
  void leavesOutWhatNothingUses() throws IOException {
    assertThat(ofJob())
        .noneMatch(name -> name.startsWith("com/sun/jna/"))
        .noneMatch(name -> name.startsWith("freemarker/"))
        .noneMatch(name -> name.startsWith("it/unimi/"))
        .noneMatch(name -> name.startsWith("org/datavec/api/"))
        .noneMatch(name -> name.startsWith("org/tensorflow/distruntime/"))
        .noneMatch(name -> name.startsWith("org/threeten/"))
        .noneMatch(name -> name.startsWith("oshi/"))
        .noneMatch(name -> name.startsWith("io/aeron/"))
        .noneMatch(name -> name.startsWith("org/agrona/"))
        .noneMatch(name -> name.startsWith("io/reactivex/"));
    assertThat(Files.size(JOB_JAR))
        .as("bytes, most of them native libraries")
        .isLessThan(230_500_000);
  }

  /** A class that is in both would be Spark's, whatever its version. */
  @Test
  void hasNoClassThatSparkHas() throws IOException {
    Set<String> ofSpark = new TreeSet<>();
    try (Stream<Path> jars = Files.list(RUNTIME.resolve("jars"))) {
      for (Path jar : jars.toList()) {
        ofSpark.addAll(entries(jar));
      }
    }
    assertThat(ofSpark).contains("org/apache/spark/SparkContext.class");
    assertThat(ofJob().stream().filter(name -> name.endsWith(".class")).filter(ofSpark::contains))
        .isEmpty();
  }

  @Test
  void movesWhatClustersBringInOtherVersions() throws IOException {
    assertThat(ofJob())
        .contains("dev/sparkresnet/shaded/config/Config.class")
        .noneMatch(name -> name.startsWith("com/typesafe/config/"))
        .noneMatch(name -> name.startsWith("picocli/"));
  }

  @Test
  void carriesTheLibraryForEachKindOfProcessorAndNoOtherPlatform() throws IOException {
    assertThat(ofJob().stream().filter(name -> name.endsWith("/libnd4jcpu.so")))
        .containsExactly(
            "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64-onednn-avx2/libnd4jcpu.so",
            "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64-onednn-avx512/libnd4jcpu.so");
    assertThat(ofJob().stream().filter(NATIVE.asMatchPredicate()))
        .isNotEmpty()
        .allMatch(name -> name.matches("(?i).*/linux[-/]x86[_-]64[-/].*"));
  }

  @Test
  void theJobForGpusHasTheirBackendBesidesThatForCpus(@TempDir Path directory) throws Exception {
    Set<String> job = partsOf(directory.resolve("job"));
    assertThat(job)
        .contains(
            "org.nd4j:nd4j-native:linux-x86_64-onednn-avx2",
            "org.nd4j:nd4j-native:linux-x86_64-onednn-avx512")
        .noneMatch(name -> name.contains("cuda"));
    Set<String> forGpus = partsOf(directory.resolve("for-gpus"), "-Pcuda");
    assertThat(forGpus).containsAll(job);
    forGpus.removeAll(job);
    assertThat(forGpus)
        .containsExactly(
            "org.bytedeco:cuda",
            "org.bytedeco:cuda:linux-x86_64",
            "org.nd4j:nd4j-cuda-11.6",
            "org.nd4j:nd4j-cuda-11.6-preset",
            "org.nd4j:nd4j-cuda-11.6-preset:linux-x86_64",
            "org.nd4j:nd4j-cuda-11.6:linux-x86_64-cudnn");
  }

  /** What goes into the job jar: group, artifact and classifier. */
  private static Set<String> partsOf(Path list, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp", "-q"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-pl",
            "job",
            "-am",
            "dependency:tree",
            "-Dscope=runtime",
            "-DoutputType=text",
            "-DoutputFile=" + list));
    JobProcess.Outcome maven =
        JobProcess.start(new ProcessBuilder(command).directory(Path.of("..").toFile())).finish();
    assertThat(maven.exitCode()).as(() -> String.join("\n", maven.lines())).isZero();
    return Files.readAllLines(list).stream()
        .map(line -> line.replaceFirst("^[^a-zA-Z]+", "").split(":", -1))
        .filter(parts -> parts[parts.length - 1].equals("compile"))
        .map(parts -> parts[0] + ":" + parts[1] + (parts.length == 6 ? ":" + parts[3] : ""))
        .collect(toCollection(TreeSet::new));
  }
}
