package dev.sparkresnet.job.spark;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Short questions of executors to the driver, and its answers, over Spark's own connection between
 * them: authenticated and encrypted as that is, and open wherever an executor could register.
 */
public final class DriverLine implements SparkPlugin {
  private static final Map<Class<?>, Function<Object, Serializable>> ANSWERS =
      new ConcurrentHashMap<>();

  private static volatile PluginContext executor;

  /** Called by Spark. */
  public DriverLine() {}

  /**
   * Has the driver answer questions of a class from now on, on Spark's threads; the one who said
   * how before is forgotten.
   */
  public static <Q extends Serializable> void answer(
      Class<Q> question, Function<Q, ? extends Serializable> answer) {
    ANSWERS.put(question, asked -> answer.apply(question.cast(asked)));
  }

  /**
   * Asks the driver, on an executor.
   *
   * @param what cannot be done without the answer, as it goes after "Cannot"
   * @throws IllegalStateException if there is no answer within Spark's own time for it
   */
  public static <A> A ask(Serializable question, Class<A> answer, String what)
      throws InterruptedException {
    try {
      return answer.cast(executor.ask(question));
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Cannot %s: %s".formatted(what, e.getMessage()), e);
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    Rendezvous.open();
    return new DriverPlugin() {
      @Override
      public Object receive(Object question) {
        return ANSWERS.get(question.getClass()).apply(question);
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extraConf) {
        executor = context;
      }
    };
  }
}
