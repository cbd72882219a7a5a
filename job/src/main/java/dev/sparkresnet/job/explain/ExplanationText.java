package dev.sparkresnet.job.explain;

import dev.sparkresnet.datasets.ShardPlan;
import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.launch.LaunchPlan;
import dev.sparkresnet.job.memory.MemoryGrant;
import dev.sparkresnet.job.memory.MemoryUnits;
import dev.sparkresnet.job.memory.ProcessMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An explanation as text for people. */
final class ExplanationText {
  private static final double MEGABYTE = 1e6;

  /** From where on 8 bytes of a parameter travel in the 1.5 ns that coding it takes a thread. */
  private static final int DENSE_PAYS_GIGABITS = 40;

  private static final int WIDTH = 72;

  private final RunExplanation explanation;
  private final Consequences consequences;
  private final LaunchPlan plan;
  private final StringBuilder text = new StringBuilder();

  ExplanationText(RunExplanation explanation) {
    this.explanation = explanation;
    this.consequences = explanation.consequences();
    this.plan = explanation.plan();
  }

  String render() {
    addSettings();
    text.append("\nWhat follows\n");
    addSteps();
    addLearningRate();
    addTransfer();
    addLine("checkpoint", "%.0f MB", consequences.checkpointBytes() / MEGABYTE);
    addMemory("executor", plan.executor(), plan.need().executor());
    addMemory("driver", plan.driver(), plan.need().driver());
    addLine("fixed", "no dynamic allocation, no speculation, no task retries: replicas that train");
    addLine("", "together can be neither added, nor run twice, nor started again alone");
    text.append("\nHow to start it\n").append(explanation.command()).append('\n');
    if (!explanation.secrets().isEmpty()) {
      text.append("\nNot shown: ")
          .append(String.join(", ", explanation.secrets()))
          .append("; they belong into a file for --properties-file\n");
    }
    return text.toString();
  }

  private void addSettings() {
    List<String> lines =
        explanation.settings().stream()
            .map(setting -> setting.key() + " = " + setting.value())
            .toList();
    int width = lines.stream().mapToInt(String::length).max().orElse(0);
    text.append("Settings, and where they come from\n");
    for (int i = 0; i < lines.size(); i++) {
      String origin = explanation.settings().get(i).origin();
      text.append("  %s  %s\n".formatted(padded(lines.get(i), width), origin));
    }
  }

  private static String padded(String line, int width) {
    return line + " ".repeat(width - line.length());
  }

  private void addSteps() {
    TrainingConfig config = explanation.config();
    TrainingImages images = consequences.images();
    addLine(
        "global minibatch",
        "%,d images: %d replicas of optimizer.batch-size %d",
        consequences.globalBatch(),
        config.replicas(),
        config.optimizer().batchSize());
    if (consequences.steps().isPresent()) {
      addLine(
          "steps",
          "%,d an epoch, %,d in all, on %,d images (%s)",
          consequences.steps().getAsInt(),
          (long) consequences.steps().getAsInt() * config.optimizer().epochs(),
          images.count().orElseThrow(),
          images.source());
      addShortStep(images.count().getAsInt());
    } else {
      addLine("steps", "unknown: %s", images.source());
    }
  }

  private void addShortStep(int images) {
    TrainingConfig config = explanation.config();
    ShardPlan shards = new ShardPlan(images, config.replicas(), config.optimizer().batchSize());
    if (shards.isShort()) {
      addLine(
          "",
          "a replica has only %,d images, less than optimizer.batch-size: one short step an epoch",
          shards.examplesPerReplica());
    }
  }

  private void addLearningRate() {
    Consequences.LearningRates rates = consequences.learningRates();
    addLine(
        "learning rate",
        "%s of the first step%s, %s in the last epoch",
        number(rates.first()),
        rates.warmUpEpochs() == 0
            ? ""
            : ", %s after %s epochs of warm-up"
                .formatted(number(rates.full()), number(rates.warmUpEpochs())),
        number(rates.last()));
    if (consequences.replicaShare() != 1) {
      addLine("", "each replica takes 1/%d of it", explanation.config().replicas());
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value).replaceAll("\\.?0+$", "");
  }

  private void addTransfer() {
    Consequences.Transfer transfer = consequences.transfer();
    switch (explanation.config().master()) {
      case GRADIENT_SHARING -> addUpdates(transfer);
      case PARAMETER_AVERAGING ->
          addLine(
              "bytes of an average",
              "%.0f MB from and to each replica, every %d steps",
              transfer.most() / MEGABYTE,
              transfer.everySteps());
    }
  }

  private void addUpdates(Consequences.Transfer transfer) {
    if (explanation.config().gradientSharing().encoding() == GradientSharingConfig.Encoding.DENSE) {
      addLine("bytes of a step", "%.1f MB from a replica", transfer.most() / MEGABYTE);
      return;
    }
    addLine(
        "bytes of a step",
        "%.1f MB from a replica at gradient-sharing.maximum-sparsity",
        transfer.typical() / MEGABYTE);
    addLine(
        "",
        "encoding = dense would send %.1f MB; it pays on networks of %d Gbit/s or more",
        transfer.most() / MEGABYTE,
        DENSE_PAYS_GIGABITS);
  }

  private void addMemory(String process, MemoryGrant grant, ProcessMemory need) {
    long all = MemoryUnits.mebibytes(grant.heapBytes() + grant.overheadBytes());
    long heap = MemoryUnits.mebibytes(grant.heapBytes());
    long arrays = MemoryUnits.mebibytes(grant.offHeapBytes());
    addLine(
        process,
        "%,d MB: heap %,d MB, arrays outside it %,d MB, JVM and others %,d MB",
        all,
        heap,
        arrays,
        all - heap - arrays);
    List<ProcessMemory.Part> parts = new ArrayList<>(need.arrays());
    long beyond = grant.offHeapBytes() - need.offHeapBytes();
    if (beyond > 0) {
      parts.add(new ProcessMemory.Part("allowed beyond that", beyond));
    }
    wrapped(parts).forEach(line -> addLine("", "%s", line));
  }

  /** What the arrays are for, in lines that fit a screen. */
  private static List<String> wrapped(List<ProcessMemory.Part> parts) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (ProcessMemory.Part part : parts) {
      String next = part.purpose() + " " + MemoryUnits.mebibytes(part.bytes());
      if (!line.isEmpty() && line.length() + next.length() > WIDTH) {
        lines.add(line + ",");
        line = next;
      } else {
        line = line.isEmpty() ? next : line + ", " + next;
      }
    }
    lines.add(line);
    return lines;
  }

  private void addLine(String name, String format, Object... values) {
    text.append("  %-20s".formatted(name))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }
}
