package dev.sparkresnet.job.preflight;

import dev.sparkresnet.job.cluster.Endpoint;
import dev.sparkresnet.job.cluster.SharedMemory;
import dev.sparkresnet.job.device.ReplicaDevice;
import java.time.Duration;
import java.util.List;

/** What was measured in a JVM in which all is well, to be spoiled. */
final class TestProcess {
  static final long MEGABYTE = 1L << 20;

  final Place place;
  String machine = "machine 1";
  Measured<Versions> versions =
      Measured.of(new Versions("3.5.9", "2.12.18", "17.0.15", "job 1, commit a"));
  Measured<JavaFlags> flags = Measured.of(new JavaFlags(List.of(), Duration.ofSeconds(60)));
  Measured<ReplicaDevice> device = Measured.of(new ReplicaDevice.OnCpu(""));
  Measured<Convolution> convolution = Measured.of(Convolution.EXPECTED);
  Measured<SharedMemory> sharedMemory = shared(40, 1000, 0);
  Measured<HostMemory> memory = memory("", 0, 32_000);
  Measured<Endpoint> udpPort = Measured.of(new Endpoint("10.0.0.1", 40_123));
  Service blocks = new Service("10.0.0.1", 7078);
  Measured<String> runDirectory = Measured.of("file:/run");
  Measured<Images> images = Measured.of(new Images(600, 100, 0));

  private TestProcess(Place place) {
    this.place = place;
  }

  static TestProcess driver() {
    return new TestProcess(Place.driver("a"));
  }

  static TestProcess executor(int number) {
    return new TestProcess(new Place(String.valueOf(number), "b"));
  }

  static Measured<SharedMemory> shared(long needed, long free, long claimed) {
    return Measured.of(
        new SharedMemory("/dev/shm", "26", needed * MEGABYTE, free * MEGABYTE, claimed * MEGABYTE));
  }

  /** With a heap of 1,000 MB, 100 MB taken already, and ND4J within 2,000 of 4,000 MB. */
  static Measured<HostMemory> memory(String container, long limit, long available) {
    return Measured.of(
        new HostMemory(
            container,
            limit * MEGABYTE,
            available * MEGABYTE,
            100 * MEGABYTE,
            1000 * MEGABYTE,
            2000 * MEGABYTE,
            4000 * MEGABYTE));
  }

  ProcessFacts facts() {
    return new ProcessFacts(
        place,
        machine,
        blocks,
        versions,
        flags,
        device,
        convolution,
        sharedMemory,
        memory,
        udpPort,
        runDirectory,
        images);
  }
}
