package dev.sparkresnet.job.checkpoint;

import dev.sparkresnet.job.failure.StorageException;
import java.io.Closeable;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes checkpoints while the next epoch trains, at most one at a time. */
public final class CheckpointWriter implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(CheckpointWriter::newThread);

  private final Consumer<Checkpoint> write;
  private final Runnable onFailure;
  private CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);

  /**
   * @param write writes a checkpoint and whatever depends on it
   * @param onFailure called on the writer's thread as soon as that fails
   */
  public CheckpointWriter(Consumer<Checkpoint> write, Runnable onFailure) {
    this.write = write;
    this.onFailure = onFailure;
  }

  private static Thread newThread(Runnable work) {
    return new Thread(work, "checkpoint-writer");
  }

  /**
   * Waits for the checkpoint before and starts to write this one.
   *
   * @throws RuntimeException what the one before failed with
   */
  public void write(Checkpoint checkpoint) {
    await();
    inFlight = CompletableFuture.runAsync(() -> writeNow(checkpoint), thread);
  }

  private void writeNow(Checkpoint checkpoint) {
    try {
      write.accept(checkpoint);
    } catch (RuntimeException | Error e) {
      onFailure.run();
      throw e;
    }
  }

  /**
   * Waits until everything is written.
   *
   * @throws RuntimeException what the last checkpoint failed with
   */
  public void await() {
    try {
      inFlight.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new StorageException("Cannot write a checkpoint: " + e.getCause(), e);
    }
  }

  /** Waits until everything is written, whether or not it can be. */
  @Override
  public void close() {
    thread.shutdown();
    failure().ifPresent(failure -> LOG.error("{}", failure.getMessage()));
  }

  /** What the last checkpoint failed with, once it is through. */
  public Optional<RuntimeException> failure() {
    try {
      await();
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
  }
}
