package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;

/** Every process has a port for the mesh, all at once. */
public final class UdpPortCheck implements Check {
  static final String CURE =
      "Set training.gradient-sharing.port-range to ports that are free, one for each process of a"
          + " host, and network-mask to a network of all hosts.";

  @Override
  public String name() {
    return "udp ports";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    if (survey.plan().master() == Master.PARAMETER_AVERAGING) {
      return List.of(Finding.skipped("not used by master = parameter-averaging"));
    }
    return survey.processes().stream()
        .map(
            process ->
                process
                    .udpPort()
                    .judge(
                        process.place(),
                        CURE,
                        port -> Finding.ok(process.place(), port.toString())))
        .toList();
  }
}
