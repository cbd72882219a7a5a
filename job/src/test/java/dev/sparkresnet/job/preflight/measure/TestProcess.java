package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.datasets.Looks;
import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.kerberos.Identity;
import dev.sparkresnet.job.kerberos.Identity.Proof;
import java.time.Duration;
import java.util.List;

/** What was measured in a JVM in which all is well, to be spoiled. */
public final class TestProcess {
  static final long MEGABYTE = 1L << 20;

  public final Place place;
  public String machine = "machine 1";
  public Measured<Versions> versions =
      Measured.of(new Versions("3.5.9", "2.12.18", "17.0.15", "job 1, commit a"));
  public Measured<JvmFlags> flags = Measured.of(new JvmFlags(List.of()));
  public Measured<ReplicaDevice> device = Measured.of(new ReplicaDevice.OnCpu(""));
  public Measured<ConvolutionTrial> convolution = Measured.of(ConvolutionTrial.EXPECTED);
  public Measured<HostMemory> memory = memory("", 0, 32_000);
  public Service blocks = new Service("10.0.0.1", 7078);
  public Measured<Identity> identity =
      Measured.of(new Identity(Proof.NONE_NEEDED, "alice", Duration.ZERO, Duration.ZERO));
  public Measured<String> runDirectory = Measured.of("file:/run");
  public Measured<Images> images = images(600, 100);

  /** None of them was read, nor is to be. */
  public static Measured<Images> images(int training, int test) {
    return Measured.of(new Images(training, test, 0, Looks.NONE, Looks.NONE));
  }

  private TestProcess(Place place) {
    this.place = place;
  }

  public static TestProcess driver() {
    return new TestProcess(Place.driver("a"));
  }

  static TestProcess executor(int number) {
    return new TestProcess(new Place(String.valueOf(number), "b"));
  }

  /** With a heap of 1,000 MB, 100 MB taken already, and ND4J within 2,000 of 4,000 MB. */
  public static Measured<HostMemory> memory(String container, long limit, long available) {
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

  public ProcessFacts facts() {
    return new ProcessFacts(
        place,
        machine,
        blocks,
        versions,
        flags,
        device,
        convolution,
        memory,
        identity,
        runDirectory,
        images);
  }
}
