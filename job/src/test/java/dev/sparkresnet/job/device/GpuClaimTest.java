package dev.sparkresnet.job.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuClaimTest {
  private static GpuClaim claim(String executor, String host, String address, String uuid) {
    return new GpuClaim(executor, host, address, uuid);
  }

  @Test
  void acceptsOneGpuForEach() {
    assertThatCode(
            () ->
                GpuClaim.requireOneEach(
                    List.of(
                        claim("0", "node-1", "0", ""),
                        claim("1", "node-1", "1", ""),
                        claim("2", "node-2", "0", ""))))
        .doesNotThrowAnyException();
  }

  @Test
  void acceptsNoGpus() {
    assertThatCode(
            () ->
                GpuClaim.requireOneEach(
                    List.of(claim("0", "node-1", "", ""), claim("1", "node-1", "", ""))))
        .doesNotThrowAnyException();
  }

  /** Two containers on one host may both call their only GPU 0. */
  @Test
  void acceptsOneAddressOfTwoGpus() {
    assertThatCode(
            () ->
                GpuClaim.requireOneEach(
                    List.of(
                        claim("0", "node-1", "0", "GPU-a"), claim("1", "node-1", "0", "GPU-b"))))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesOneAddressForTwo() {
    assertThatThrownBy(
            () ->
                GpuClaim.requireOneEach(
                    List.of(
                        claim("1", "node-1", "0", ""),
                        claim("2", "node-1", "1", ""),
                        claim("0", "node-1", "0", ""))))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train: GPU 0 of node-1 was given to executor 0 and executor 1; discovery scripts"
                + " of two Spark workers on one host must not print the same address: start each"
                + " worker with its own CUDA_VISIBLE_DEVICES, which submit/discover-gpus.sh honours,"
                + " or one worker a host");
  }

  /** Pods of one node have addresses of their own. */
  @Test
  void refusesOneGpuUnderTwoNames() {
    assertThatThrownBy(
            () ->
                GpuClaim.requireOneEach(
                    List.of(
                        claim("0", "10.0.0.1", "0", "GPU-a"),
                        claim("1", "10.0.0.2", "1", "GPU-a"))))
        .isInstanceOf(UserErrorException.class)
        .hasMessageStartingWith(
            "Cannot train: GPU 0 of 10.0.0.1 was given to executor 0 and executor 1;");
  }

  @Test
  void refusesExecutorsWithAndWithout() {
    assertThatThrownBy(
            () ->
                GpuClaim.requireOneEach(
                    List.of(
                        claim("0", "node-1", "0", ""),
                        claim("2", "node-3", "", ""),
                        claim("1", "node-2", "", ""))))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train: Spark gave a GPU to some replicas and none to executor 1 and executor 2;"
                + " all of them need one");
  }

  @Test
  void travelsAsALine() {
    GpuClaim claim =
        GpuClaim.of(
            "1",
            "node-1",
            new ReplicaDevice.OnGpu("0", "GPU-a", 0, new Gpu("Tesla T4", 7, 5, 1, 1)));
    assertThat(GpuClaim.parse(claim.line())).isEqualTo(claim("1", "node-1", "0", "GPU-a"));
    GpuClaim none = GpuClaim.of("1", "node-1", new ReplicaDevice.OnCpu(""));
    assertThat(GpuClaim.parse(none.line())).isEqualTo(claim("1", "node-1", "", ""));
  }
}
