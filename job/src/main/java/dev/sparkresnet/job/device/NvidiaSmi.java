package dev.sparkresnet.job.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** NVIDIA's command that knows the GPUs of a host by number and by UUID. */
final class NvidiaSmi {
  private static final int SECONDS = 10;

  private NvidiaSmi() {}

  /**
   * The UUID of a GPU: two containers of a host may know two GPUs by one number.
   *
   * @param address as the discovery script has it
   * @return empty if the command is not there or does not know
   */
  static String uuid(String address) {
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader", "-i", address)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "";
      }
      String answer = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return process.exitValue() == 0 && VisibleDevices.isUuid(answer) ? answer : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot ask nvidia-smi for GPU " + address, e);
    }
  }
}
