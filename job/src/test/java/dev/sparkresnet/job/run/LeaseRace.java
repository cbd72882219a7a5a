package dev.sparkresnet.job.run;

import dev.sparkresnet.job.run.LeaseHolder.Impatient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Drivers that want the lease of a run at the same moment. */
final class LeaseRace implements AutoCloseable {
  private static final int DRIVERS = 4;

  private final ExecutorService threads = Executors.newFixedThreadPool(DRIVERS);
  private final CyclicBarrier start = new CyclicBarrier(DRIVERS);

  /** The leases that were taken, by drivers none of which waits for another. */
  List<RunLease> run(RunDirectory run) throws Exception {
    List<Future<RunLease>> drivers = new ArrayList<>();
    for (int i = 0; i < DRIVERS; i++) {
      String application = "app-" + i;
      drivers.add(threads.submit(() -> acquire(run, application)));
    }
    List<RunLease> taken = new ArrayList<>();
    for (Future<RunLease> driver : drivers) {
      taken.add(driver.get());
    }
    return taken.stream().filter(Objects::nonNull).toList();
  }

  private RunLease acquire(RunDirectory run, String application) throws Exception {
    LeaseRecord driver = LeaseRecord.ofThisProcess(application);
    start.await();
    try {
      return RunLease.acquire(run, driver, () -> {}, Impatient.PAUSE);
    } catch (Impatient e) {
      return null;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
