package dev.sparkresnet.job.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sparkresnet.job.launch.LaunchPlan;
import dev.sparkresnet.job.memory.MemoryGrant;
import dev.sparkresnet.job.memory.ProcessMemory;

/** An explanation as JSON for programs, with sizes in bytes. */
final class ExplanationJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ExplanationJson() {}

  static String render(RunExplanation explanation) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode settings = root.putObject("settings");
    for (Setting setting : explanation.settings()) {
      settings
          .putObject(setting.key())
          .put("value", setting.value())
          .put("origin", setting.origin());
    }
    addConsequences(root, explanation.consequences());
    LaunchPlan plan = explanation.plan();
    ObjectNode memory = root.putObject("memory");
    addMemory(memory.putObject("executor"), plan.executor(), plan.need().executor());
    addMemory(memory.putObject("driver"), plan.driver(), plan.need().driver());
    ObjectNode spark = root.putObject("spark");
    plan.computed().forEach(spark::put);
    plan.others().forEach(spark::put);
    explanation.secrets().forEach(root.putArray("notShown")::add);
    root.put("command", explanation.command());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addConsequences(ObjectNode root, Consequences consequences) {
    root.put("globalBatch", consequences.globalBatch());
    consequences.images().count().ifPresent(count -> root.put("trainingImages", count));
    consequences.steps().ifPresent(steps -> root.put("stepsPerEpoch", steps));
    root.putObject("learningRate")
        .put("first", consequences.learningRates().first())
        .put("warmUpEpochs", consequences.learningRates().warmUpEpochs())
        .put("afterWarmUp", consequences.learningRates().full())
        .put("lastEpoch", consequences.learningRates().last())
        .put("shareOfReplica", consequences.replicaShare());
    root.putObject("bytesFromReplica")
        .put("everySteps", consequences.transfer().everySteps())
        .put("most", consequences.transfer().most())
        .put("typical", consequences.transfer().typical());
    root.put("checkpointBytes", consequences.checkpointBytes());
  }

  private static void addMemory(ObjectNode node, MemoryGrant grant, ProcessMemory need) {
    node.put("heapBytes", grant.heapBytes())
        .put("overheadBytes", grant.overheadBytes())
        .put("offHeapBytes", grant.offHeapBytes())
        .put("processBytes", grant.processBytes());
    ObjectNode arrays = node.putObject("arrays");
    need.arrays().forEach(part -> arrays.put(part.purpose(), part.bytes()));
  }
}
