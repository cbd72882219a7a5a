package dev.sparkresnet.job.thread;

import java.util.concurrent.ThreadFactory;

/**
 * Threads that do not keep their JVM from its end, whatever they wait for.
 *
 * @param name of each of them, for those who read thread dumps
 */
public record DaemonThreads(String name) implements ThreadFactory {
  @Override
  public Thread newThread(Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
