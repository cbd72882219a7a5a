package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.kerberos.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * What differs between driver and executors in measuring a JVM.
 *
 * @param device settles what it computes on
 * @param runDirectory tries the run directory and returns it
 * @param images finds out about the images
 */
public record ProcessProbe(
    Place place,
    Callable<ReplicaDevice> device,
    Callable<String> runDirectory,
    Callable<Images> images) {
  /** What takes longer hangs; a native library takes seconds to load from a cold disk. */
  public static final Duration BOUND = Duration.ofSeconds(30);

  /** Images are read, after the files were found and an archive was looked through. */
  private static final Duration TO_READ_IMAGES = Images.READING.plusSeconds(40);

  /** When the last measurement has ended or was given up. */
  public static final Duration LONGEST = TO_READ_IMAGES;

  /** Measures everything in this JVM at once, each in a bounded time. */
  public ProcessFacts measure() {
    Measurement<ReplicaDevice> computesOn = Measurement.start("device", BOUND, this::startDevice);
    Measurement<ConvolutionTrial> convolution =
        Measurement.start("convolution", BOUND, () -> computeOn(computesOn));
    Measurement<HostMemory> memory = Measurement.start("memory", BOUND, HostMemory::ofThisJvm);
    Measurement<String> directory = Measurement.start("run-directory", BOUND, runDirectory);
    Measurement<Images> read = Measurement.start("dataset", TO_READ_IMAGES, images);
    return new ProcessFacts(
        place,
        machine(place),
        Service.ofBlocks(),
        Measurement.start("versions", BOUND, Versions::ofThisJvm).finish(),
        Measurement.start("java-flags", BOUND, JvmFlags::ofThisJvm).finish(),
        computesOn.finish(),
        convolution.finish(),
        memory.finish(),
        Measurement.start("identity", BOUND, Identity::ofThisProcess).finish(),
        directory.finish(),
        read.finish());
  }

  /** What ND4J loads, and fails at, comes with the first use. */
  private ReplicaDevice startDevice() throws Exception {
    ReplicaDevice settled = device.call();
    JvmDevice.bindThread();
    Nd4jBackend unused = Nd4j.getBackend();
    return settled;
  }

  /** Arrays belong to a device, which has to be settled before there are any. */
  private static ConvolutionTrial computeOn(Measurement<ReplicaDevice> device) throws IOException {
    ReplicaDevice unused = device.finish().orThrow();
    JvmDevice.bindThread();
    return ConvolutionTrial.compute();
  }

  /** The boot of a machine is the same in all containers on it. */
  private static String machine(Place place) {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return place.host();
    }
  }
}
