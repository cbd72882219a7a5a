package dev.sparkresnet.model.processor;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Has all tests run on the library that the job would choose on this machine. */
public final class ChosenProcessorVariant implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    ProcessorVariant.choose();
  }
}
