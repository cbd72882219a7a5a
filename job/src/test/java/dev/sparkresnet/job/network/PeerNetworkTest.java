package dev.sparkresnet.job.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.PortRange;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.ChunkReceivedCallback;
import org.apache.spark.network.client.StreamCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.apache.spark.network.util.TransportConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Participants in one JVM, over real sockets. */
class PeerNetworkTest {
  private static final String HERE = "127.0.0.1";
  private static final PortRange PORTS = new PortRange(43_100, 43_900);
  private static final AttemptSecret SECRET = secret("run");

  private static AttemptSecret secret(String run) {
    return AttemptSecret.of(new byte[32], Optional.empty(), run, "0");
  }

  private static PeerSettings settings(int participants, Duration timeout) {
    return new PeerSettings(HERE, PORTS, participants, 1, timeout);
  }

  /** Participants who keep what they hear. */
  private static final class Party implements AutoCloseable {
    private final List<PeerNetwork> networks = new ArrayList<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    Party(int participants) {
      for (int self = 0; self < participants; self++) {
        int number = self;
        networks.add(
            PeerNetwork.open(
                settings(participants, Duration.ofSeconds(20)),
                SECRET,
                self,
                new PeerNetwork.Receiver() {
                  @Override
                  public void received(int sender, ByteBuffer message) {
                    heard.add(number + " from " + sender + ": " + UTF_8.decode(message));
                  }

                  @Override
                  public void lost(int sender, String why) {
                    heard.add(number + " lost " + sender);
                  }
                }));
      }
    }

    List<Endpoint> endpoints() {
      return networks.stream().map(PeerNetwork::endpoint).toList();
    }

    Party connected() {
      networks.forEach(each -> each.connect(endpoints()));
      return this;
    }

    void send(int from, int to, String text) {
      networks.get(from).send(to, UTF_8.encode(text));
    }

    List<String> hear(int count) throws InterruptedException {
      List<String> some = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        some.add(heard.poll(30, TimeUnit.SECONDS));
      }
      return some;
    }

    @Override
    public void close() {
      networks.forEach(PeerNetwork::close);
    }
  }

  @Test
  void carriesMessagesBetweenAllPairs() throws Exception {
    try (Party party = new Party(3).connected()) {
      for (int from = 0; from < 3; from++) {
        for (int to = 0; to < 3; to++) {
          if (from != to) {
            party.send(from, to, from + "-" + to);
          }
        }
      }
      assertThat(party.hear(6))
          .containsExactlyInAnyOrder(
              "1 from 0: 0-1",
              "2 from 0: 0-2",
              "0 from 1: 1-0",
              "2 from 1: 1-2",
              "0 from 2: 2-0",
              "1 from 2: 2-1");
    }
  }

  @Test
  void keepsTheOrderAndCarriesLongMessages() throws Exception {
    String longOne = "x".repeat(5_000_000);
    try (Party party = new Party(2).connected()) {
      party.send(0, 1, "first");
      party.send(0, 1, longOne);
      party.send(0, 1, "last");
      assertThat(party.hear(3))
          .containsExactly("1 from 0: first", "1 from 0: " + longOne, "1 from 0: last");
    }
  }

  @Test
  void tellsOfAPeerThatIsGone() throws Exception {
    try (Party party = new Party(2).connected()) {
      party.networks.get(0).close();
      assertThat(party.hear(1)).containsExactly("1 lost 0");
    }
  }

  @Test
  void leavesNoThreads() throws Exception {
    try (Party party = new Party(2).connected()) {
      assertThat(threads()).isNotEmpty();
      party.send(0, 1, "hello");
      assertThat(party.hear(1)).hasSize(1);
    }
    for (Thread thread : threads()) {
      thread.join(20_000);
    }
    assertThat(threads()).isEmpty();
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("gradient-sharing"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"another run", ""})
  void refusesTheSecretOfAnotherRun(String run) {
    try (Party party = new Party(2);
        PeerNetwork stranger =
            PeerNetwork.open(settings(2, Duration.ofSeconds(3)), secret(run), 1, nobody())) {
      assertThatThrownBy(() -> stranger.connect(party.endpoints()))
          .isInstanceOf(UserErrorException.class)
          .hasMessageStartingWith(
              "Cannot reach replica 0 at %s from replica 1 at %s: "
                  .formatted(party.endpoints().get(0), stranger.endpoint()));
    }
  }

  @Test
  void refusesAnotherSecretOfTheSameRun() {
    AttemptSecret other = AttemptSecret.of(new byte[] {1}, Optional.empty(), "run", "0");
    try (Party party = new Party(2);
        PeerNetwork stranger =
            PeerNetwork.open(settings(2, Duration.ofSeconds(3)), other, 1, nobody())) {
      assertThatThrownBy(() -> stranger.connect(party.endpoints()))
          .hasMessageStartingWith("Cannot reach replica 0");
    }
  }

  private static PeerNetwork.Receiver nobody() {
    return new PeerNetwork.Receiver() {
      @Override
      public void received(int sender, ByteBuffer message) {}

      @Override
      public void lost(int sender, String why) {}
    };
  }

  /** A program of ours with the secret that does something else than it should. */
  private static <T> T asInsider(Endpoint endpoint, Insider<T> work) throws Exception {
    TransportConf conf = SecuredTransport.conf(settings(2, Duration.ofSeconds(5)));
    try (TransportContext context = new TransportContext(conf, new NoOpRpcHandler());
        var factory =
            context.createClientFactory(
                List.of(new AuthClientBootstrap(conf, SECRET.application(), SECRET.holder())));
        TransportClient client = factory.createUnmanagedClient(endpoint.host(), endpoint.port())) {
      return work.with(client);
    }
  }

  private interface Insider<T> {
    T with(TransportClient client) throws Exception;
  }

  private static String hello(Endpoint endpoint, ByteBuffer hello) throws Exception {
    return asInsider(endpoint, client -> UTF_8.decode(client.sendRpcSync(hello, 5_000)).toString());
  }

  @Test
  void refusesWhoSaysSomethingElse() throws Exception {
    try (Party party = new Party(2).connected()) {
      Endpoint zero = party.endpoints().get(0);
      assertThat(hello(zero, new Hello(7, 1, 0).wire()))
          .isEqualTo(
              "it speaks version 7 of the protocol, this is version 1; use one build everywhere");
      assertThat(hello(zero, Hello.of(1, 1).wire()))
          .isEqualTo("it looks for participant 1, this is 0");
      assertThat(hello(zero, Hello.of(2, 0).wire())).isEqualTo("it says it is participant 2 of 2");
      assertThat(hello(zero, Hello.of(1, 0).wire()))
          .isEqualTo("participant 1 is connected already");
      assertThat(hello(zero, ByteBuffer.allocate(3))).isEqualTo("it did not say hello");
      party.send(1, 0, "still there");
      assertThat(party.hear(1)).containsExactly("0 from 1: still there");
    }
  }

  @Test
  void servesNeitherChunksNorStreamsNorMessagesWithoutAHello() throws Exception {
    try (Party party = new Party(2).connected()) {
      Endpoint zero = party.endpoints().get(0);
      assertThat(asInsider(zero, PeerNetworkTest::fetchChunk)).contains("no chunks are served");
      assertThat(asInsider(zero, PeerNetworkTest::openStream)).contains("no streams are served");
      asInsider(
          zero,
          client -> {
            client.send(UTF_8.encode("listen to me"));
            return awaitEnd(client);
          });
      party.send(1, 0, "still there");
      assertThat(party.hear(1)).containsExactly("0 from 1: still there");
    }
  }

  private static boolean awaitEnd(TransportClient client) throws InterruptedException {
    assertThat(client.getChannel().closeFuture().await(30_000)).isTrue();
    return true;
  }

  private static String fetchChunk(TransportClient client) throws InterruptedException {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    client.fetchChunk(
        0,
        0,
        new ChunkReceivedCallback() {
          @Override
          public void onSuccess(int chunkIndex, ManagedBuffer buffer) {
            answers.add("served");
          }

          @Override
          public void onFailure(int chunkIndex, Throwable e) {
            answers.add(e.getMessage());
          }
        });
    return answers.poll(30, TimeUnit.SECONDS);
  }

  private static String openStream(TransportClient client) throws InterruptedException {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    client.stream(
        "anything",
        new StreamCallback() {
          @Override
          public void onData(String streamId, ByteBuffer data) {
            answers.add("served");
          }

          @Override
          public void onComplete(String streamId) {
            answers.add("served");
          }

          @Override
          public void onFailure(String streamId, Throwable cause) {
            answers.add(cause.getMessage());
          }
        });
    return answers.poll(30, TimeUnit.SECONDS);
  }

  /**
   * Frames of Spark's protocol: length, kind, number of the call, length of its body, challenge.
   */
  private static List<byte[]> hostileFrames() {
    List<byte[]> frames = new ArrayList<>();
    for (long length : new long[] {-1, 0, 12, 1 << 20, 1L << 31, Long.MAX_VALUE}) {
      frames.add(ByteBuffer.allocate(21).putLong(length).put((byte) 3).array());
    }
    for (byte kind = -1; kind < 12; kind++) {
      frames.add(ByteBuffer.allocate(21).putLong(21).put(kind).array());
    }
    for (int field = 0; field < 3; field++) {
      for (int length : new int[] {-1, 1 << 10, Integer.MAX_VALUE}) {
        frames.add(challenge(field, length));
      }
    }
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      byte[] noise = new byte[1 + random.nextInt(3_000)];
      random.nextBytes(noise);
      frames.add(noise);
    }
    return frames;
  }

  private static byte[] challenge(int oddField, int oddLength) {
    ByteBuffer frame = ByteBuffer.allocate(21 + 1 + 3 * (4 + 8));
    frame.putLong(frame.capacity()).put((byte) 3).putLong(1).putInt(frame.capacity() - 21);
    frame.put((byte) 0xfb);
    for (int field = 0; field < 3; field++) {
      frame.putInt(field == oddField ? oddLength : 8).putLong(field);
    }
    return frame.array();
  }

  @Test
  void closesConnectionsThatDoNotBeginWithAHandshake() throws Exception {
    try (Party party = new Party(2).connected()) {
      Endpoint zero = party.endpoints().get(0);
      for (byte[] frame : hostileFrames()) {
        assertThat(answerTo(zero, frame)).isEqualTo(-1);
      }
      party.send(1, 0, "still there");
      assertThat(party.hear(1)).containsExactly("0 from 1: still there");
    }
  }

  /** Returns the first byte of an answer, -1 if the connection ends without one. */
  private static int answerTo(Endpoint endpoint, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      socket.shutdownOutput();
      return socket.getInputStream().read();
    } catch (java.net.SocketException reset) {
      return -1;
    }
  }

  @Test
  void boundsHowManyStrangersItListensTo() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try (Party party = new Party(2)) {
      Endpoint zero = party.endpoints().get(0);
      for (int i = 0; i < 300; i++) {
        sockets.add(new Socket(zero.host(), zero.port()));
      }
      int ended = 0;
      for (Socket socket : sockets) {
        socket.setSoTimeout(30_000);
        ended += socket.getInputStream().read() < 0 ? 1 : 0;
      }
      assertThat(ended).isEqualTo(300);
      party.connected();
      party.send(1, 0, "still there");
      assertThat(party.hear(1)).containsExactly("0 from 1: still there");
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void itsSettingsAreNotTheUsers() {
    System.setProperty("spark.network.crypto.enabled", "false");
    try {
      TransportConf conf = SecuredTransport.conf(settings(2, Duration.ofSeconds(20)));
      assertThat(conf.encryptionEnabled()).isTrue();
      assertThat(conf.saslFallback()).isFalse();
      assertThat(conf.cipherTransformation()).isEqualTo("AES/GCM/NoPadding");
      assertThat(conf.authEngineVersion()).isEqualTo(2);
    } finally {
      System.clearProperty("spark.network.crypto.enabled");
    }
  }

  @Test
  void saysWhatIsWrongWithPortsAndAddresses() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(
              () ->
                  PeerNetwork.open(
                      new PeerSettings(
                          HERE, new PortRange(port, port), 2, 1, Duration.ofSeconds(3)),
                      SECRET,
                      0,
                      nobody()))
          .isInstanceOf(UserErrorException.class)
          .hasMessage(
              "Cannot open a port for the exchange of updates: none of "
                  + port
                  + "-"
                  + port
                  + " is free at 127.0.0.1; set training.gradient-sharing.port-range to ports that"
                  + " are free, one for each executor of a host");
    }
    assertThatThrownBy(
            () ->
                PeerNetwork.open(
                    new PeerSettings("203.0.113.9", PORTS, 2, 1, Duration.ofSeconds(3)),
                    SECRET,
                    0,
                    nobody()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageStartingWith(
            "Cannot open a port for the exchange of updates at 203.0.113.9: Cannot assign");
  }

  @Test
  void namesBothAddressesWhenNobodyListens() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    try (Party party = new Party(2)) {
      assertThatThrownBy(
              () ->
                  party
                      .networks
                      .get(0)
                      .connect(List.of(party.endpoints().get(0), new Endpoint(HERE, closed))))
          .hasMessage(
              "Cannot reach replica 1 at 127.0.0.1:%s from replica 0 at %s: Connection refused; open"
                      .formatted(closed, party.endpoints().get(0))
                  + " TCP ports training.gradient-sharing.port-range between all executors");
    }
  }

  @Test
  void sixteenTalkToEachOther() throws Exception {
    int many = 16;
    try (Party party = new Party(many).connected()) {
      IntStream.range(0, many)
          .forEach(
              from ->
                  IntStream.range(0, many)
                      .filter(to -> to != from)
                      .forEach(to -> party.send(from, to, "hello")));
      assertThat(party.hear(many * (many - 1))).doesNotContainNull().doesNotHaveDuplicates();
    }
  }

  @Test
  void theSecretSaysNothingOfItself() {
    assertThat(SECRET).hasToString("secret of spark-resnet50 run 0");
    assertThat(SECRET.holder().getSecretKey("another")).isNull();
    assertThat(SECRET.holder().getSecretKey(SECRET.application())).hasSize(64);
    assertThat(secret("other").holder().getSecretKey(secret("other").application()))
        .isNotEqualTo(SECRET.holder().getSecretKey(SECRET.application()));
  }

  /** While others attack it from four threads, honest messages keep coming, in order. */
  @Test
  @Tag("long")
  void tenThousandHostileConnectionsChangeNothing() throws Exception {
    List<byte[]> frames = hostileFrames();
    try (Party party = new Party(2).connected()) {
      Endpoint zero = party.endpoints().get(0);
      ExecutorService attackers = Executors.newFixedThreadPool(4);
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        byte[] frame = frames.get(i % frames.size());
        answers.add(attackers.submit(() -> answerTo(zero, frame)));
      }
      for (int i = 0; i < 10_000; i++) {
        party.send(1, 0, "honest " + i);
        assertThat(party.hear(1)).containsExactly("0 from 1: honest " + i);
        assertThat(answers.get(i).get()).isEqualTo(-1);
      }
      attackers.shutdownNow();
    }
  }
}
