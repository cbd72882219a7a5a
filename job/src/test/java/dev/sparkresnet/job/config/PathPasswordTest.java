package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPasswordTest {
  @ParameterizedTest
  @CsvSource({
    "s3a://KEY:hunter2@bucket/run, s3a://***@bucket/run",
    "s3a://KEY:hun/ter/2@bucket, s3a://***@bucket",
    "s3a://KEY:hun@ter@2@bucket, s3a://***@bucket",
    "s3a://KEY:hun ter2@bucket, s3a://***@bucket",
    "s3a://KEY:9hunter@bucket, s3a://***@bucket",
    "hdfs://:hunter2@host:9000/run, hdfs://***@host:9000/run",
    "https://me:hunter2@[::1]:80/a, https://***@[::1]:80/a",
    "from https://me:hunter2@a/b to s3a://me:hunter2@c/d, from https://***@a/b to s3a://***@c/d"
  })
  void findsAndHidesThePassword(String path, String hidden) {
    assertThat(PathPassword.isIn(path)).isTrue();
    assertThat(PathPassword.hide(path)).isEqualTo(hidden);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runs/a:b@c",
        "/runs/a:b@c",
        "file:/runs/a@b",
        "file:///runs/a@b",
        "hdfs://host:9000/run@home",
        "hdfs://host:9000",
        "hdfs://[fd00::1]:9000/run@home",
        "hdfs://me@host:9000/run",
        "abfss://container@account.dfs.core.windows.net/run"
      })
  void leavesOtherPathsAlone(String path) {
    assertThat(PathPassword.isIn(path)).isFalse();
    assertThat(PathPassword.hide(path)).isEqualTo(path);
  }
}
