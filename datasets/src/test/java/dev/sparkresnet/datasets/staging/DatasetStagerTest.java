package dev.sparkresnet.datasets.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.CifarFiles;
import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.datasets.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetStagerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(300);

  private final Configuration configuration = CifarFiles.configuration();
  private final List<String> progress = new ArrayList<>();
  private final ExecutorService serverThreads = Executors.newCachedThreadPool();
  private final CountDownLatch testIsOver = new CountDownLatch(1);

  @TempDir private Path directory;
  private HttpServer server;
  private byte[] archive;
  private String target;

  @BeforeEach
  void start() throws IOException {
    archive = CifarFiles.Archive.bytesOf(CifarFiles.records(200, 1), CifarFiles.records(3, 2));
    target = "file:" + directory.resolve("target");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(serverThreads);
    server.start();
  }

  @AfterEach
  void stop() {
    testIsOver.countDown();
    server.stop(0);
    serverThreads.shutdownNow();
  }

  @Test
  void copiesAnArchiveWithTheExpectedChecksum() throws Exception {
    Path source = Files.write(directory.resolve("source.tar.gz"), archive);

    String staged = stager(md5(archive).toUpperCase(Locale.ROOT)).copy(source, target).path();

    assertThat(staged).isEqualTo(target);
    assertThat(directory.resolve("target")).hasBinaryContent(archive);
    assertThat(CifarDataset.open(configuration, staged).examples(Split.TRAINING)).isEqualTo(200);
    assertThat(progress)
        .endsWith(String.format(Locale.ROOT, "%d/%d", archive.length, archive.length));
    assertThat(progress.size()).isGreaterThan(1);
  }

  @Test
  void putsAnArchiveIntoADirectoryThatIsThere() throws Exception {
    Path source = Files.write(directory.resolve("source.tar.gz"), archive);
    Files.createDirectory(directory.resolve("target"));
    Files.writeString(directory.resolve("target").resolve("other"), "unrelated");

    String staged = stager(md5(archive)).copy(source, target).path();

    assertThat(staged).isEqualTo(target + "/cifar-10-binary.tar.gz");
    assertThat(CifarDataset.open(configuration, staged).examples(Split.TEST)).isEqualTo(3);
  }

  @Test
  void publishesNothingWhenTheChecksumIsWrong() throws Exception {
    Path source = Files.write(directory.resolve("source.tar.gz"), archive);

    assertThatThrownBy(() -> stager("0".repeat(32)).copy(source, target))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot stage dataset %s to %s: its MD5 is %s, not %s"
                .formatted(source, target, md5(archive), "0".repeat(32)));
    assertThat(filesLeft()).containsExactly("source.tar.gz");
  }

  @Test
  void doesNotOverwrite() throws Exception {
    Path source = Files.write(directory.resolve("source.tar.gz"), archive);
    Files.writeString(directory.resolve("target"), "precious");

    assertThatThrownBy(() -> stager(md5(archive)).copy(source, target))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot stage dataset %s to %s: it is there already".formatted(source, target));
    assertThat(directory.resolve("target")).hasContent("precious");
  }

  @Test
  void copiesTheFilesOfAValidDirectoryAndNoOthers() throws IOException {
    Path source = CifarFiles.writeDirectory(directory.resolve("source"), 3, 5, 7);
    Files.writeString(source.resolve("notes.txt"), "private");
    Files.writeString(source.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");

    String staged = stager("unused").copy(source, target).path();

    assertThat(staged).isEqualTo(target);
    CifarDataset dataset = CifarDataset.open(configuration, staged);
    assertThat(dataset.examples(Split.TRAINING)).isEqualTo(12);
    assertThat(dataset.classNames()).startsWith("a");
    assertThat(directory.resolve("target/data_batch_2.bin"))
        .hasSameBinaryContentAs(source.resolve("data_batch_2.bin"));
    assertThat(directory.resolve("target/notes.txt")).doesNotExist();
    long bytes = 15 * 3073 + 20;
    assertThat(progress).endsWith(String.format(Locale.ROOT, "%d/%d", bytes, bytes));
  }

  @Test
  void copiesAnArchiveOfOnesOwnThatIsWhole() throws IOException {
    Path source = Files.write(directory.resolve("own.tar.gz"), archive);

    Staged staged = new DatasetStager(configuration, (done, total) -> {}).copy(source, target);

    assertThat(staged).isEqualTo(new Staged(target, List.of()));
    assertThat(directory.resolve("target")).hasBinaryContent(archive);
  }

  @Test
  void refusesAnArchiveOfOnesOwnThatIsDamaged() throws IOException {
    Path source = directory.resolve("own.tar.gz");
    Files.write(source, Arrays.copyOf(archive, archive.length / 2));

    assertThatThrownBy(() -> stager("unused").copy(source, target))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot read dataset file:%s: it ends too early, as after a copy that was interrupted:"
                    .formatted(source)
                + " copy it again");
    assertThat(filesLeft()).containsExactly("own.tar.gz");
  }

  @Test
  void refusesADirectoryWithALabelThatIsNone() throws IOException {
    Path source = CifarFiles.writeDirectory(directory.resolve("source"), 3, 5);
    byte[] bad = CifarFiles.records(4, 1);
    bad[3 * 3073] = 10;
    Files.write(source.resolve("test_batch.bin"), bad);

    assertThatThrownBy(() -> stager("unused").copy(source, target))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot read dataset file:%s: test_batch.bin: record 3 has label 10, which is not 0 to 9"
                .formatted(source));
    assertThat(filesLeft()).containsExactly("source");
  }

  @Test
  void warnsOfImagesThatCanHardlyBeMeant() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.write(source.resolve("data_batch_1.bin"), new byte[3073 * 30]);
    Files.write(source.resolve("test_batch.bin"), CifarFiles.records(30, 1));

    assertThat(stager("unused").copy(source, target).warnings())
        .containsExactly(
            "of the training images all 30 have label 0",
            "of the training images all 30 are the same image",
            "of the training images 30 of 30 are blank, as black images are");
  }

  @Test
  void refusesAnInvalidDirectory() throws IOException {
    Path source = CifarFiles.writeDirectory(directory.resolve("source"), 3, 5);
    Files.write(source.resolve("test_batch.bin"), new byte[7]);

    assertThatThrownBy(() -> stager("unused").copy(source, target))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot read dataset file:%s: test_batch.bin has 7 bytes, which is not a multiple of 3073"
                .formatted(source));
    assertThat(filesLeft()).containsExactly("source");
  }

  @Test
  void saysThatTheSourceDoesNotExist() {
    Path source = directory.resolve("absent");

    assertThatThrownBy(() -> stager("unused").copy(source, target))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot stage dataset %s to %s: it does not exist".formatted(source, target));
  }

  @Test
  void saysThatTheTargetCannotBeReached() throws IOException {
    Path source = Files.write(directory.resolve("source.tar.gz"), archive);

    assertThatThrownBy(() -> stager("unused").copy(source, "hdfs://localhost:1/cifar"))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot stage dataset %s to hdfs://localhost:1/cifar: no connection (Connection refused)"
                .formatted(source));
  }

  @Test
  void downloadsAnArchiveThroughARedirect() throws Exception {
    serve("/cifar.tar.gz", exchange -> answer(exchange, archive.length, archive));
    serve(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/cifar.tar.gz");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });

    String staged = stager(md5(archive)).download(address("/moved"), target, TIMEOUT).path();

    assertThat(CifarDataset.open(configuration, staged).examples(Split.TRAINING)).isEqualTo(200);
    assertThat(progress)
        .endsWith(String.format(Locale.ROOT, "%d/%d", archive.length, archive.length));
  }

  @Test
  void downloadsAnArchiveOfUnknownLength() throws Exception {
    serve("/cifar.tar.gz", exchange -> answer(exchange, 0, archive));

    stager(md5(archive)).download(address("/cifar.tar.gz"), target, TIMEOUT);

    assertThat(directory.resolve("target")).hasBinaryContent(archive);
    assertThat(progress).endsWith(archive.length + "/-1");
  }

  @Test
  void refusesADownloadWithAWrongChecksum() throws Exception {
    serve("/cifar.tar.gz", exchange -> answer(exchange, archive.length, archive));

    assertDownloadRefused(
        "/cifar.tar.gz", TIMEOUT, "its MD5 is %s, not %s".formatted(md5(archive), "0".repeat(32)));
  }

  @Test
  void refusesAnAnswerWithAnErrorStatus() {
    assertDownloadRefused("/absent", TIMEOUT, "the server answers with status 404");
  }

  @Test
  void refusesADownloadThatEndsBeforeItsAnnouncedLength() {
    serve(
        "/cut",
        exchange -> answer(exchange, archive.length, Arrays.copyOf(archive, archive.length / 2)));

    assertDownloadRefused(
        "/cut",
        TIMEOUT,
        String.format(Locale.ROOT, "it breaks off before the end of its %d bytes", archive.length));
  }

  @Test
  void givesUpOnAServerThatDoesNotAnswer() {
    serve("/mute", exchange -> awaitEndOfTest());

    assertDownloadRefused("/mute", SHORT_TIMEOUT, "no answer in time (request timed out)");
  }

  @Test
  void givesUpOnADownloadThatStalls() {
    serve(
        "/stalled",
        exchange -> {
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive, 0, 1000);
          exchange.getResponseBody().flush();
          awaitEndOfTest();
        });

    assertDownloadRefused("/stalled", SHORT_TIMEOUT, "no answer in time (nothing came in 0.3 s)");
  }

  @Test
  void saysThatTheServerCannotBeReached() throws IOException {
    URI closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort =
          URI.create(String.format(Locale.ROOT, "http://localhost:%d/x", socket.getLocalPort()));
    }

    assertDownloadRefused(closedPort, TIMEOUT, "no connection");
    assertDownloadRefused(URI.create("http://no-such-host.invalid/x"), TIMEOUT, "unknown host");
    assertDownloadRefused(URI.create("ftp://host/x"), TIMEOUT, "invalid URI scheme ftp");
  }

  private void assertDownloadRefused(String path, Duration timeout, String why) {
    assertDownloadRefused(address(path), timeout, why);
  }

  private void assertDownloadRefused(URI address, Duration timeout, String why) {
    assertThatThrownBy(() -> stager("0".repeat(32)).download(address, target, timeout))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot stage dataset %s to %s: %s".formatted(address, target, why));
    assertThat(filesLeft()).isEmpty();
  }

  private DatasetStager stager(String md5) {
    return new DatasetStager(
        configuration,
        new OfficialArchive(archive.length, md5),
        (done, total) -> progress.add(done + "/" + total));
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  /** Sends the body under an announced length, 0 for none. */
  private static void answer(HttpExchange exchange, long length, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void awaitEndOfTest() {
    try {
      testIsOver.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private URI address(String path) {
    return URI.create(
        String.format(Locale.ROOT, "http://localhost:%d%s", server.getAddress().getPort(), path));
  }

  private List<String> filesLeft() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String md5(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
  }
}
