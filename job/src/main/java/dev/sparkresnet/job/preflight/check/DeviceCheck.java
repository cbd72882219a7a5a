package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.device.GpuClaim;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.ArrayList;
import java.util.List;

/** ND4J starts on a device that the configuration allows, and no two executors have one GPU. */
public final class DeviceCheck implements Check {
  static final String DEVICE_CURE =
      "Set training.device and spark.executor.resource.gpu.amount to what the hosts have, and take"
          + " the job that was built for it (-Pcuda for GPUs).";
  static final String SHARING_CURE =
      "Set spark.executor.resource.gpu.discoveryScript to submit/discover-gpus.sh, and start the"
          + " workers of a host with a CUDA_VISIBLE_DEVICES of their own.";

  @Override
  public String name() {
    return "device";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    List<Finding> findings = new ArrayList<>();
    survey.processes().forEach(process -> findings.add(judge(process)));
    List<GpuClaim> claims =
        survey.executors().stream()
            .filter(executor -> executor.device().isKnown())
            .map(DeviceCheck::claim)
            .toList();
    try {
      GpuClaim.requireOneEach(claims);
    } catch (UserErrorException e) {
      findings.add(Finding.failed(List.of(), e.getMessage(), SHARING_CURE));
    }
    return findings;
  }

  private static Finding judge(ProcessFacts process) {
    Place place = process.place();
    return process
        .device()
        .judge(place, DEVICE_CURE, device -> Finding.ok(place, device.toString()));
  }

  private static GpuClaim claim(ProcessFacts executor) {
    Place place = executor.place();
    return GpuClaim.of(place.executor(), place.host(), executor.device().value());
  }
}
