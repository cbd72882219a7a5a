package dev.sparkresnet.job.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LateLoggingTest {
  private static final Logger LOG = LoggerFactory.getLogger(LateLoggingTest.class);

  @TempDir Path directory;

  private final LoggerContext context = LoggerContext.getContext(false);
  private final Configuration before = context.getConfiguration();

  @AfterEach
  void restore() {
    context.reconfigure(before);
  }

  @Test
  void logsAsAFileSaysThatCameAfterTheLogger() throws IOException {
    Path log = directory.resolve("log");
    Path file = directory.resolve("late.properties");
    Files.writeString(
        file,
        """
        rootLogger.level = info
        rootLogger.appenderRef.file.ref = file
        appender.file.type = File
        appender.file.name = file
        appender.file.fileName = %s
        appender.file.layout.type = PatternLayout
        appender.file.layout.pattern = late: %%m
        """
            .formatted(log));
    Properties settings = new Properties();
    settings.setProperty(LateLogging.FILE, file.toString());
    LateLogging.configure(settings);
    LOG.info("first epoch");
    assertThat(log).hasContent("late: first epoch");
  }

  @Test
  void leavesTheLoggingAloneWithoutAFile() {
    LateLogging.configure(new Properties());
    assertThat(context.getConfiguration()).isSameAs(before);
  }
}
