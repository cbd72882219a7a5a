package dev.sparkresnet.job.kerberos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KerberosSettingsTest {
  @Test
  void namesEachFileSystemOnce() {
    assertThat(
            KerberosSettings.fileSystems(
                "hdfs://images/cifar 10", "hdfs://runs:8020/a", "hdfs://images/b"))
        .contains("hdfs://images,hdfs://runs:8020");
  }

  @Test
  void leavesOutTheClustersOwnAndThoseWithKeysOfTheirOwn() {
    assertThat(
            KerberosSettings.fileSystems(
                "hdfs:///data", "/data", "data", "file:///data", "s3a://bucket/data"))
        .isEmpty();
  }
}
