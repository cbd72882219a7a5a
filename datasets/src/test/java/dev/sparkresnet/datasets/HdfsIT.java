package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.datasets.staging.DatasetStager;
import dev.sparkresnet.datasets.storage.FileContexts;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import java.io.IOException;
import java.nio.file.Files;
import java.security.PrivilegedExceptionAction;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdfsIT {
  private static final Configuration CONFIGURATION = CifarFiles.configuration();
  @TempDir private static java.nio.file.Path local;
  private static MiniDFSCluster cluster;
  private static String root;

  @BeforeAll
  static void start() throws IOException {
    cluster =
        new MiniDFSCluster.Builder(new Configuration(), local.resolve("dfs").toFile()).build();
    cluster.waitActive();
    root = cluster.getURI().toString();
  }

  @AfterAll
  static void stop() {
    cluster.shutdown();
  }

  @Test
  void generatesAndReadsADatasetOnHdfs() throws IOException {
    String path = root + "/generated/set";
    cluster.getFileSystem().mkdirs(new Path(path));

    SyntheticCifar.generate(CONFIGURATION, path, 60, 20, 1);
    SyntheticCifar.generate(CONFIGURATION, "file:" + local.resolve("same"), 60, 20, 1);

    assertThat(names("/generated")).containsExactly("set");
    assertThat(records(path)).isEqualTo(records("file:" + local.resolve("same")));
    assertThatThrownBy(() -> SyntheticCifar.generate(CONFIGURATION, path, 60, 20, 1))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot write dataset %s: the directory is not empty".formatted(path));
  }

  /** Every client looks up names and looks for the active NameNode. */
  @Test
  void foldersThatOthersKeepToThemselvesAreRefusedOrPassedOver() throws Exception {
    SyntheticCifar.generate(CONFIGURATION, root + "/shared/open", 6, 2, 1);
    SyntheticCifar.generate(CONFIGURATION, root + "/shared/secret", 6, 2, 1);
    Path secret = new Path("/shared/secret");
    cluster.getFileSystem().setPermission(secret, new FsPermission("700"));
    UserGroupInformation guest = UserGroupInformation.createRemoteUser("guest");
    guest.doAs(
        (PrivilegedExceptionAction<Void>)
            () -> {
              assertThat(CifarDataset.open(CONFIGURATION, root + "/shared").files().path())
                  .isEqualTo(root + "/shared/open");
              assertThatThrownBy(() -> CifarDataset.open(CONFIGURATION, root + "/shared/secret/"))
                  .isInstanceOf(InvalidDatasetException.class)
                  .hasMessageStartingWith(
                      "Cannot read dataset %s/shared/secret/: Permission denied: user=guest"
                          .formatted(root));
              return null;
            });
    FileSystem.closeAllForUGI(guest);
  }

  @Test
  void contextsUseTheClientThatTheProcessHas() throws Exception {
    Path path = new Path(root + "/");
    UserGroupInformation somebody = UserGroupInformation.createRemoteUser("somebody");
    somebody.doAs(
        (PrivilegedExceptionAction<Void>)
            () -> {
              FileContext context = FileContexts.of(path, CONFIGURATION);
              assertThat(context.util().exists(path)).isTrue();
              path.getFileSystem(CONFIGURATION).close();
              assertThatThrownBy(() -> context.util().exists(path)).hasMessage("Filesystem closed");
              assertThat(FileContexts.of(path, CONFIGURATION).util().exists(path)).isTrue();
              return null;
            });
    FileSystem.closeAllForUGI(somebody);
  }

  @Test
  void renamesOverAFileInOneStep() throws IOException {
    FileContext context = FileContexts.of(new Path(root), CONFIGURATION);
    Path from = new Path(root + "/from");
    Path to = new Path(root + "/to");
    FileSystem fileSystem = cluster.getFileSystem();
    fileSystem.create(from).close();
    fileSystem.create(to).close();
    assertThatThrownBy(() -> context.rename(from, to, Rename.NONE))
        .isInstanceOf(FileAlreadyExistsException.class);
    long steps = cluster.getNamesystem().getEditLog().getLastWrittenTxId();
    context.rename(from, to, Rename.OVERWRITE);
    assertThat(cluster.getNamesystem().getEditLog().getLastWrittenTxId()).isEqualTo(steps + 1);
    assertThat(fileSystem.exists(from)).isFalse();
    assertThat(fileSystem.delete(to, false)).isTrue();
  }

  @Test
  void stagesAnArchiveOnHdfs() throws IOException {
    byte[] archive = CifarFiles.Archive.bytesOf(CifarFiles.records(9, 1), CifarFiles.records(3, 2));
    java.nio.file.Path source = Files.write(local.resolve("source.tar.gz"), archive);
    String target = root + "/staged/cifar-10-binary.tar.gz";

    String staged =
        new DatasetStager(CONFIGURATION, (done, total) -> {}).copy(source, target).path();

    assertThat(staged).isEqualTo(target);
    assertThat(names("/staged")).containsExactly("cifar-10-binary.tar.gz");
    assertThat(records(staged)).hasSize(9);
  }

  @Test
  void readsBigFilesInSlicesFromTheMiddle() throws IOException {
    java.nio.file.Path source = CifarFiles.writeDirectory(local.resolve("source"), 1, 700, 600);
    String staged =
        new DatasetStager(CONFIGURATION, (done, total) -> {})
            .copy(source, root + "/directory")
            .path();

    assertThat(records(staged)).isEqualTo(records("file:" + source)).hasSize(1300);
  }

  private static List<CifarRecord> records(String path) {
    return CifarDataset.open(CONFIGURATION, path).slices(Split.TRAINING, 0, 7).stream()
        .flatMap(slice -> CifarFiles.list(slice.read(CONFIGURATION)).stream())
        .toList();
  }

  private static List<String> names(String directory) throws IOException {
    FileSystem fileSystem = cluster.getFileSystem();
    FileStatus[] files = fileSystem.listStatus(new Path(directory));
    return Arrays.stream(files).map(file -> file.getPath().getName()).toList();
  }
}
