package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

class ShippedConfigurationTest {
  private static final Path CONF = Path.of("..", "conf");

  private static TrainingConfig read(String file) {
    return ResolvedConfiguration.read(Optional.of(CONF.resolve(file)), List.of()).training();
  }

  @Test
  void cifar10IsTheReferenceRecipe() {
    TrainingConfig recipe = read("cifar10-resnet50.conf");
    TrainingConfig reference = ConfigurationOnDisk.read();
    assertThat(recipe.replicas()).isEqualTo(2);
    assertThat(recipe.optimizer()).isEqualTo(reference.optimizer());
    assertThat(recipe.model()).isEqualTo(reference.model());
    assertThat(recipe.dataset().trainLimit()).isZero();
  }

  @Test
  void quickstartIsTheSameRecipeWithFewImagesAndEpochs() {
    TrainingConfig recipe = read("cifar10-resnet50.conf");
    TrainingConfig quickstart = read("quickstart.conf");
    assertThat(quickstart.model()).isEqualTo(recipe.model());
    assertThat(quickstart.replicas()).isEqualTo(recipe.replicas());
    assertThat(quickstart.optimizer().momentum()).isEqualTo(recipe.optimizer().momentum());
    assertThat(quickstart.optimizer().epochs()).isEqualTo(2);
    assertThat(quickstart.dataset().trainLimit()).isEqualTo(2560);
    assertThat(quickstart.dataset().path()).isEqualTo(quickstart.runDirectory() + "/data");
  }

  @Test
  void javaOptionsHoldWhatSparkNeedsOnJdk17() throws IOException {
    List<String> options = Files.readAllLines(CONF.resolve("java.options"));
    String[] needed =
        JavaModuleOptions.defaultModuleOptions().replace("--add-opens ", "--add-opens=").split(" ");
    assertThat(options).contains(needed);
  }
}
