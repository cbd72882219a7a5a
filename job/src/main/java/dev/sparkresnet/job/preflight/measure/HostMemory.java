package dev.sparkresnet.job.preflight.measure;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory that a process finds, on Linux.
 *
 * @param container tells whether two processes of one machine share a limit
 * @param limitBytes what the container may take, 0 for no limit
 * @param availableBytes what the machine could give now, with what it can take back from caches
 * @param residentBytes what the process has already
 * @param heapBytes what its heap may grow to
 * @param arrayLimitBytes what ND4J may take outside the heap, 0 for no limit
 * @param processLimitBytes from which total on ND4J takes nothing more, 0 for no limit
 */
public record HostMemory(
    String container,
    long limitBytes,
    long availableBytes,
    long residentBytes,
    long heapBytes,
    long arrayLimitBytes,
    long processLimitBytes)
    implements Serializable {
  private static final Pattern MEMORY_CONTROLLER = Pattern.compile("(?m)^\\d+:(?:memory)?:(.*)$");

  /** Reads what the kernel and the JVM say. */
  public static HostMemory ofThisJvm() throws IOException {
    String machine = Files.readString(Path.of("/proc/meminfo"));
    long total = kilobytes(machine, "MemTotal");
    long ofContainer =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    return new HostMemory(
        containerOfThisJvm(),
        ofContainer < total ? ofContainer : 0,
        kilobytes(machine, "MemAvailable"),
        kilobytes(Files.readString(Path.of("/proc/self/status")), "VmRSS"),
        maximumHeap(),
        Pointer.maxBytes(),
        Pointer.maxPhysicalBytes());
  }

  /** Other than what the runtime says, with all that the collector keeps for itself. */
  private static long maximumHeap() {
    return Long.parseLong(
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxHeapSize")
            .getValue());
  }

  private static long kilobytes(String text, String name) throws IOException {
    Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB$").matcher(text);
    if (!line.find()) {
      throw new IOException("no " + name + " in what the kernel says of memory");
    }
    return Long.parseLong(line.group(1)) << 10;
  }

  private static String containerOfThisJvm() throws IOException {
    Matcher group = MEMORY_CONTROLLER.matcher(Files.readString(Path.of("/proc/self/cgroup")));
    return Files.readSymbolicLink(Path.of("/proc/self/ns/cgroup"))
        + (group.find() ? group.group(1) : "");
  }
}
