package dev.sparkresnet.job;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.SparkConf;

/** The messages that this process logs while they are listened to. */
public final class LoggedLines implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Map<String, Runnable> actions = new ConcurrentHashMap<>();
  private final LoggerConfig root;
  private final Listener listener = new Listener();

  private final class Listener extends AbstractAppender {
    Listener() {
      super("logged lines", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      add(event.getMessage().getFormattedMessage());
    }
  }

  /** Begins to listen. */
  public LoggedLines() {
    // Spark replaces the configuration of the logger when it first logs.
    new SparkConf(false).initializeLogIfNecessary(false);
    root = LoggerContext.getContext(false).getConfiguration().getRootLogger();
    listener.start();
    root.addAppender(listener, Level.INFO, null);
  }

  /** Does something when the first line comes that contains the text. */
  public LoggedLines onFirst(String text, Runnable action) {
    actions.put(text, action);
    return this;
  }

  private void add(String line) {
    lines.add(line);
    actions.keySet().stream().filter(line::contains).toList().forEach(this::act);
  }

  private void act(String text) {
    Optional.ofNullable(actions.remove(text)).ifPresent(Runnable::run);
  }

  /** All lines until now. */
  public List<String> all() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    root.removeAppender(listener.getName());
    listener.stop();
  }
}
