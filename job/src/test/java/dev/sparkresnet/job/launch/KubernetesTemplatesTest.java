package dev.sparkresnet.job.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What stands in {@code submit/kubernetes} against Kubernetes' types, those of the Spark operator,
 * and what a run needs.
 */
class KubernetesTemplatesTest {
  private static final Path ROOT = Path.of("..");
  private static final Path TEMPLATES = ROOT.resolve("submit/kubernetes");
  private static final ObjectMapper YAML = strict();

  private static ObjectMapper strict() {
    ObjectMapper mapper =
        YAMLMapper.builder()
            .annotationIntrospector(new WithoutAdditionalProperties())
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();
    mapper
        .coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    return mapper;
  }

  /**
   * The fields that the manifest uses, as the CustomResourceDefinition
   * sparkapplications.sparkoperator.k8s.io has them in its version v1beta2, read in that of the
   * operator 2.4 (kubeflow/spark-operator, d376e4d).
   */
  private record Application(
      @JsonProperty(required = true) String type,
      @JsonProperty(required = true) String sparkVersion,
      @JsonProperty(required = true) String mainApplicationFile,
      @JsonProperty(required = true) PodOfRole driver,
      @JsonProperty(required = true) PodOfRole executor,
      String mode,
      String image,
      String mainClass,
      List<String> arguments,
      Map<String, String> sparkConf,
      List<Volume> volumes,
      RestartPolicy restartPolicy,
      DynamicAllocation dynamicAllocation) {}

  private record RestartPolicy(
      String type,
      Integer onFailureRetries,
      Long onFailureRetryInterval,
      Integer onSubmissionFailureRetries,
      Long onSubmissionFailureRetryInterval) {}

  private record DynamicAllocation(Boolean enabled) {}

  /** Of driver and executor; instances are those of an executor. */
  private record PodOfRole(
      Integer instances,
      Integer cores,
      String memory,
      String memoryOverhead,
      String javaOptions,
      String serviceAccount,
      Long terminationGracePeriodSeconds,
      List<NamePath> configMaps,
      List<VolumeMount> volumeMounts) {}

  private record NamePath(
      @JsonProperty(required = true) String name, @JsonProperty(required = true) String path) {}

  /** Kubernetes' types keep what they do not know; here that is an error. */
  private static final class WithoutAdditionalProperties extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }

  private static Pod podTemplate() throws IOException {
    return YAML.readValue(TEMPLATES.resolve("pod-template.yaml").toFile(), Pod.class);
  }

  private static JsonNode application() throws IOException {
    return YAML.readTree(TEMPLATES.resolve("spark-application.yaml").toFile()).path("spec");
  }

  private static <T> List<T> read(JsonNode array, Class<T> type) throws IOException {
    List<T> all = new ArrayList<>();
    for (JsonNode each : array) {
      all.add(YAML.treeToValue(each, type));
    }
    return all;
  }

  private static List<String> words(JsonNode array) throws IOException {
    return read(array, String.class);
  }

  private static TrainingConfig configuration(JsonNode application) throws IOException {
    List<String> arguments = words(application.path("arguments"));
    Path file = Path.of(arguments.get(arguments.indexOf("--conf") + 1));
    List<String> assignments = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals("--set")) {
        assignments.add(arguments.get(i + 1));
      }
    }
    Path here = ROOT.resolve("conf").resolve(file.getFileName());
    return ResolvedConfiguration.read(Optional.of(here), assignments).training();
  }

  private static LaunchPlan plan(JsonNode application) throws IOException {
    Map<String, String> made =
        Map.of(
            "spark.master",
            "k8s://https://cluster",
            "spark.executor.cores",
            application.path("executor").path("cores").asText());
    return LaunchPlan.of(
        configuration(application),
        new SparkSettings(new TreeMap<>(made)),
        JavaOptions.read(ROOT.resolve("conf/java.options")),
        Long.MAX_VALUE);
  }

  @Test
  void theCheckRefusesWhatKubernetesDoesNotKnow() {
    assertThatThrownBy(() -> YAML.readValue("emptyDir: {mediun: Memory}", Volume.class))
        .isInstanceOf(UnrecognizedPropertyException.class)
        .hasMessageContaining("\"mediun\"");
  }

  @Test
  void theOperatorKnowsEveryFieldAndValue() throws IOException {
    Application application = YAML.treeToValue(application(), Application.class);
    assertThat(application.type()).isIn("Java", "Scala", "Python", "R");
    assertThat(application.mode()).isIn("cluster", "client");
    assertThat(application.restartPolicy().type()).isIn("Never", "Always", "OnFailure");
    assertThat(application.driver().instances()).isNull();
    assertThat(application.driver().cores()).isPositive();
    assertThat(application.executor().instances()).isPositive();
    assertThat(application.executor().cores()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mainClass:                    | mainKlass:
          spark.task.cpus: "4"          | spark.task.cpus: 4
          spark.speculation: "false"    | spark.speculation: false
          cores: 4                      | cores: "4"
          onFailureRetries: 3           | onFailureRetries: a few
          enabled: false                | enable: false
          sparkVersion: 3.5.6           |
          path: /etc/spark-resnet50     |
          """)
  void theCheckRefusesWhatTheOperatorWould(String field, String changed) throws IOException {
    String manifest = Files.readString(TEMPLATES.resolve("spark-application.yaml"));
    assertThat(manifest).contains(field);
    JsonNode application =
        YAML.readTree(manifest.replace(field, Objects.requireNonNullElse(changed, "")));
    assertThatThrownBy(() -> YAML.treeToValue(application.path("spec"), Application.class))
        .isInstanceOf(MismatchedInputException.class);
  }

  @Test
  void podsOutliveTheShutdownOfARun() throws IOException {
    JsonNode application = application();
    long grace = configuration(application).shutdownGrace().toSeconds();
    String key = "terminationGracePeriodSeconds";
    assertThat(podTemplate().getSpec().getTerminationGracePeriodSeconds()).isGreaterThan(grace);
    assertThat(application.path("driver").path(key).asLong()).isGreaterThan(grace);
    assertThat(application.path("executor").path(key).asLong()).isGreaterThan(grace);
  }

  /** The names that the operator gives them. */
  @Test
  void theOperatorHandsSparkWhatExplainComputes() throws IOException {
    JsonNode application = application();
    JsonNode driver = application.path("driver");
    JsonNode executor = application.path("executor");
    Map<String, String> settings = new HashMap<>();
    application
        .path("sparkConf")
        .fields()
        .forEachRemaining(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
    settings.put("spark.driver.memory", driver.path("memory").asText());
    settings.put("spark.driver.memoryOverhead", driver.path("memoryOverhead").asText());
    settings.put("spark.executor.memory", executor.path("memory").asText());
    settings.put("spark.executor.memoryOverhead", executor.path("memoryOverhead").asText());
    settings.put("spark.executor.instances", executor.path("instances").asText());
    settings.put("spark.executor.cores", executor.path("cores").asText());
    settings.put(
        "spark.dynamicAllocation.enabled",
        application.path("dynamicAllocation").path("enabled").asText());
    assertThat(settings)
        .containsAllEntriesOf(plan(application).computed())
        .containsEntry("spark.executorEnv.LC_ALL", "C.UTF-8");
  }

  @Test
  void driverAndExecutorsHaveTheJavaOptionsOfExplain() throws IOException {
    JsonNode application = application();
    LaunchPlan plan = plan(application);
    List<String> driver = new ArrayList<>(plan.driverFlags().flags());
    driver.add("-Dlog4j2.configurationFile=file:/etc/spark-resnet50/log4j2.properties");
    assertThat(application.path("driver").path("javaOptions").asText().split(" "))
        .containsExactlyInAnyOrderElementsOf(driver);
    assertThat(application.path("executor").path("javaOptions").asText().split(" "))
        .containsExactlyInAnyOrderElementsOf(plan.executorFlags().flags());
  }

  @Test
  void theDriverFindsItsConfigurationInTheConfigMap() throws IOException {
    JsonNode application = application();
    JsonNode configMap = application.path("driver").path("configMaps").path(0);
    assertThat(configMap.path("path").asText()).isEqualTo("/etc/spark-resnet50");
    assertThat(words(application.path("arguments")))
        .startsWith("train", "--conf", "/etc/spark-resnet50/cifar10-resnet50.conf");
  }

  @Test
  void aRunThatFailedResumesAFewTimes() throws IOException {
    JsonNode policy = application().path("restartPolicy");
    assertThat(policy.path("type").asText()).isEqualTo("OnFailure");
    assertThat(policy.path("onFailureRetries").asInt()).isBetween(1, 10);
  }
}
