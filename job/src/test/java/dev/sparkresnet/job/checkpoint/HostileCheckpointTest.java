package dev.sparkresnet.job.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sparkresnet.job.Ordeal;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.metrics.EpochSamples;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileCheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ResolvedConfiguration CONFIGURATION =
      ResolvedConfiguration.read(
          Optional.empty(),
          List.of("run-directory=a", "dataset.path=b", "model.blocks=[1]", "model.width=4"));
  private static final NetworkSpec SPEC = CONFIGURATION.training().model().network();

  private static final List<String> MANIFESTS = List.of("manifest.json", "manifest.sha256");

  private static final List<String> JSON_FILES =
      List.of(
          "progress.json",
          "progress.json",
          "metrics.jsonl",
          "configuration.conf",
          "layout.json",
          "manifest.json");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "{}",
          "[]",
          "-1",
          "1.5",
          "2147483648",
          "9223372036854775808",
          "1e400",
          "1e999999999",
          "NaN",
          "\"NaN\"",
          "\"-Infinity\"",
          "\"\"",
          "\"\\u0000\\u001b[2J\\u202e\\nCannot\"",
          "\"\u0001\"",
          "9".repeat(50_000),
          "\"" + "a".repeat(30_000) + "\"",
          "[".repeat(20_000) + "]".repeat(20_000),
          "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000));

  private final ComputationGraph network = network(SPEC);
  private final Random random = new Random(6);

  @TempDir private Path directory;
  private Path stored;
  private Map<String, byte[]> good;
  private Ordeal ordeal;

  private static ComputationGraph network(NetworkSpec spec) {
    return ResNet.create(spec, CONFIGURATION.training().optimizer().optimizer(1), 7);
  }

  @BeforeEach
  void storeAGoodOne() throws IOException {
    new CheckpointStore(new Configuration(), run(), () -> {})
        .write(
            new Checkpoint(
                Progress.afterEpoch(2),
                "120-0123456789abcdef",
                CONFIGURATION.text(),
                EpochSamples.upTo(2),
                NetworkState.of(network, 1e-3)),
            ParameterLayout.of(network));
    stored = directory.resolve("run/checkpoints/epoch-0002");
    good = new TreeMap<>();
    try (Stream<Path> files = Files.list(stored)) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".crc")) {
          // It would be found before anything else.
          Files.delete(file);
        } else {
          good.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
    }
    ordeal = new Ordeal(directory);
  }

  private org.apache.hadoop.fs.Path run() {
    return new org.apache.hadoop.fs.Path(directory.resolve("run").toUri());
  }

  /** Only an export makes anything of the configuration, and takes longer. */
  private void read(String name, String input) throws IOException {
    boolean exports = name.equals("configuration.conf");
    ordeal.read(input, exports ? this::export : this::resume);
  }

  private void resume() {
    CheckpointStore store = CheckpointStore.ofExistingRun(new Configuration(), run());
    store.restore(store.newestWhole().orElseThrow(), network);
  }

  private void export() {
    CheckpointStore store = CheckpointStore.ofExistingRun(new Configuration(), run());
    StockNetwork.restore(store, store.epochs().get(0)).close();
  }

  @Test
  void theGoodOneIsAccepted() throws IOException {
    read("parameters.f32", "good");
    read("configuration.conf", "good");
    assertThat(ordeal.refused()).isZero();
  }

  @Test
  void damagedFilesAreRefusedInOneLine() throws IOException {
    List<String> names = List.copyOf(good.keySet());
    for (int input = 0; input < Ordeal.inputs(); input++) {
      String name = any(names);
      Files.write(stored.resolve(name), damaged(good.get(name)));
      ordeal.read("damaged " + name + " " + input, this::resume);
      Files.write(stored.resolve(name), good.get(name));
    }
    assertThat(ordeal.refused()).isEqualTo(Ordeal.inputs());
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private byte[] damaged(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(1 << 18));
      case 2 -> {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      default -> {
        byte[] overwritten = bytes.clone();
        overwritten[at] = (byte) (overwritten[at] == 0 ? 1 : 0);
        yield overwritten;
      }
    };
  }

  @Test
  void damagedFilesThatTheManifestVouchesForAreRefusedInOneLineOrRead() throws IOException {
    List<String> names = new ArrayList<>(good.keySet());
    names.removeAll(MANIFESTS);
    for (int input = 0; input < Ordeal.inputs(); input++) {
      String name = any(names);
      vouchFor(name, damaged(good.get(name)));
      read(name, "vouched for " + name + " " + input);
      restoreGood(name);
    }
    // A weight may be any.
    assertThat(ordeal.refused()).isGreaterThan(Ordeal.inputs() / 2);
  }

  @Test
  void hostileValuesThatTheManifestVouchesForAreRefusedInOneLineOrRead() throws IOException {
    for (int input = 0; input < Ordeal.inputs(); input++) {
      String name = any(JSON_FILES);
      byte[] hostile = hostile(good.get(name));
      vouchFor(name, hostile);
      read(name, "hostile " + name + " " + input);
      restoreGood(name);
    }
    assertThat(ordeal.refused()).isGreaterThan(Ordeal.inputs() / 2);
  }

  /** With another value, one property less or one more anywhere in it. */
  private byte[] hostile(byte[] json) throws IOException {
    String text = new String(json, StandardCharsets.UTF_8);
    // Only metrics.jsonl has an object on its first line.
    String object = text.lines().findFirst().filter(line -> line.endsWith("}")).orElse(text);
    String mutated = JSON.writeValueAsString(mutated(JSON.readTree(object)));
    String hostile = random.nextInt(20) == 0 ? any(VALUES) : mutated;
    return text.replace(object, hostile).getBytes(StandardCharsets.UTF_8);
  }

  private JsonNode mutated(JsonNode root) {
    List<ObjectNode> objects = new ArrayList<>();
    collect(root, objects);
    ObjectNode object = any(objects);
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = any(names);
    switch (random.nextInt(6)) {
      case 0 -> object.remove(name);
      case 1 -> object.putRawValue("a\u0000\u202e\n" + name, new RawValue(any(VALUES)));
      default -> object.putRawValue(name, new RawValue(any(VALUES)));
    }
    return root;
  }

  private static void collect(JsonNode node, List<ObjectNode> objects) {
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      objects.add(object);
    }
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(child -> collect(child, objects));
    }
  }

  /** Replaces a file and makes the manifest and its checksum right for it. */
  private void vouchFor(String name, byte[] content) throws IOException {
    Files.write(stored.resolve(name), content);
    byte[] manifest = content;
    if (!name.equals("manifest.json")) {
      ObjectNode tree = (ObjectNode) JSON.readTree(good.get("manifest.json"));
      ((ObjectNode) tree.get("files").get(name))
          .put("bytes", content.length)
          .put("sha256", sha256(content));
      manifest = JSON.writeValueAsBytes(tree);
    }
    Files.write(stored.resolve("manifest.json"), manifest);
    Files.writeString(stored.resolve("manifest.sha256"), sha256(manifest) + "  manifest.json\n");
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void restoreGood(String name) throws IOException {
    for (String file : Stream.concat(MANIFESTS.stream(), Stream.of(name)).toList()) {
      Files.write(stored.resolve(file), good.get(file));
    }
  }

  @Test
  void namesTheFileOfAnotherLength() throws IOException {
    int bytes = good.get("velocity.f32").length;
    vouchFor("velocity.f32", Arrays.copyOf(good.get("velocity.f32"), bytes - 4));
    assertThatThrownBy(this::resume)
        .hasMessage(
            "Cannot read checkpoint file:%s: velocity.f32: it holds %d bytes, this network has %d"
                + " values of 4 bytes",
            stored, bytes - 4, bytes / 4);
  }

  @Test
  void refusesAnotherNetworkOfTheSameSize() throws IOException {
    String layout = new String(good.get("layout.json"), StandardCharsets.UTF_8);
    vouchFor(
        "layout.json",
        layout
            .replaceFirst("\"order\" : \"c\"", "\"order\" : \"f\"")
            .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::resume)
        .hasMessage(
            "Cannot read checkpoint file:%s: layout.json: the parameters of this network are others",
            stored);
  }

  @Test
  void refusesToExportALargerNetworkThanThereAreParametersFor() throws IOException {
    String text = new String(good.get("configuration.conf"), StandardCharsets.UTF_8);
    vouchFor(
        "configuration.conf",
        text.replace("\"width\" : 4", "\"width\" : 2000000000").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::export)
        .hasMessage(
            "Cannot read checkpoint file:%s: its configuration is that of a larger network",
            stored);
  }

  @Test
  void eitherKindOfLayersHasTheSameLayout() {
    assertThat(ParameterLayout.of(network(SPEC.withLayers(Layers.STOCK))))
        .isEqualTo(ParameterLayout.of(network(SPEC.withLayers(Layers.FAST))));
  }
}
