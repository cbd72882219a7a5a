package dev.sparkresnet.job.preflight;

import java.util.List;

/** ND4J starts, and has machine code for the GPUs that it sees. */
final class BackendCheck implements Check {
  static final String BACKEND_CURE =
      "Give every JVM an nd4j backend for its processor (spark.executor.extraClassPath, or"
          + " -Dorg.bytedeco.javacpp.platform.extension in the Java options to choose a variant).";
  static final String GPU_CURE =
      "Use GPUs of compute capability 3.7 to 8.9 (spark.executor.resource.gpu.amount), or the build"
          + " for CPUs.";

  /** What nd4j-cuda-11.6 is built for, without code that newer ones could translate. */
  private static final int OLDEST = 307;

  private static final int NEWEST = 809;

  @Override
  public String name() {
    return "backend";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    return survey.processes().stream()
        .map(
            process ->
                process
                    .backend()
                    .judge(process.place(), BACKEND_CURE, found -> judge(process.place(), found)))
        .toList();
  }

  private static Finding judge(Place place, Backend backend) {
    return backend.gpus().stream()
        .filter(gpu -> !isSupported(gpu))
        .findFirst()
        .map(gpu -> Finding.failed(place, "no kernels for " + gpu, GPU_CURE))
        .orElseGet(() -> Finding.ok(place, backend.toString()));
  }

  private static boolean isSupported(Backend.Gpu gpu) {
    int capability = 100 * gpu.major() + gpu.minor();
    return OLDEST <= capability && capability <= NEWEST;
  }
}
