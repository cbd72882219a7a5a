package dev.sparkresnet.job.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.immutable.Map$;

class MinibatchListenerTest {
  private final List<String> heard = new ArrayList<>();
  private final MinibatchListener listener = new MinibatchListener(new Notes(heard));

  private record Notes(List<String> heard) implements MinibatchListener.Observer {
    @Override
    public void taskStarted(String executor) {
      heard.add(executor + " started a task");
    }

    @Override
    public void minibatchesTaken(String executor, long count) {
      heard.add(executor + " took " + count);
    }

    @Override
    public void taskEnded() {
      heard.add("a task ended");
    }
  }

  /** A heartbeat with one accumulator of each task. */
  private static SparkListenerExecutorMetricsUpdate heartbeat(
      String executor, AccumulableInfo... accumulators) {
    List<Tuple4<Object, Object, Object, Seq<AccumulableInfo>>> tasks =
        Arrays.stream(accumulators)
            .map(
                accumulator ->
                    new Tuple4<Object, Object, Object, Seq<AccumulableInfo>>(
                        5L, 2, 0, JavaConverters.asScalaBuffer(List.of(accumulator))))
            .toList();
    return SparkListenerExecutorMetricsUpdate.apply(
        executor, JavaConverters.asScalaBuffer(tasks), Map$.MODULE$.empty());
  }

  private static AccumulableInfo accumulator(String name, long value) {
    return AccumulableInfo.apply(
        1, Option.apply(name), Option.apply(value), Option.empty(), false, false, Option.empty());
  }

  @Test
  void addsUpTheMinibatchesOfTheTasksOfAnExecutor() {
    listener.onExecutorMetricsUpdate(
        heartbeat("1", accumulator("minibatches", 4), accumulator("minibatches", 5)));
    assertThat(heard).containsExactly("1 took 9");
  }

  @Test
  void hearsNothingInAHeartbeatWithoutMinibatches() {
    listener.onExecutorMetricsUpdate(heartbeat("driver"));
    listener.onExecutorMetricsUpdate(heartbeat("1", accumulator("internal.metrics.resultSize", 4)));
    assertThat(heard).isEmpty();
  }

  @Test
  void hearsOfTheBeginningAndTheEndOfTasks() {
    TaskInfo task = new TaskInfo(5, 0, 0, 0, 0, "1", "host", TaskLocality.PROCESS_LOCAL(), false);
    listener.onTaskStart(new SparkListenerTaskStart(2, 0, task));
    listener.onTaskEnd(
        new SparkListenerTaskEnd(2, 0, "ResultTask", Success$.MODULE$, task, null, null));
    assertThat(heard).containsExactly("1 started a task", "a task ended");
  }
}
