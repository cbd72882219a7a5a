package dev.sparkresnet.job.transport;

import dev.sparkresnet.job.device.JvmDevice;
import io.aeron.exceptions.AeronException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first error that some thread of an end of the mesh ran into, which its callers hear. */
final class MeshFault {
  private static final Logger LOG = LoggerFactory.getLogger(MeshFault.class);

  private final Endpoint own;
  private volatile RuntimeException first;

  MeshFault(Endpoint own) {
    this.own = own;
  }

  /** Keeps an error if it is the first, and returns it. */
  <T extends RuntimeException> T keep(T error) {
    if (first == null) {
      first = error;
    }
    return error;
  }

  /** Repeats the first error, if there was one. */
  void requireNone() {
    if (first != null) {
      throw new IllegalStateException(first.getMessage(), first);
    }
  }

  /**
   * Work for a thread of the mesh, some of which makes arrays: what stops it is an error of the
   * mesh.
   *
   * @param open whether it still matters
   */
  Runnable guarded(Runnable work, BooleanSupplier open) {
    return () -> {
      try {
        JvmDevice.bindThread();
        work.run();
      } catch (RuntimeException e) {
        if (open.getAsBoolean()) {
          LOG.error("{}", keep(e).getMessage());
        }
      } catch (Error e) {
        keep(new IllegalStateException(String.format("Cannot go on with %s: %s", own, e), e));
        throw e;
      }
    };
  }

  IllegalStateException cannotOpen(RuntimeException cause) {
    return new IllegalStateException(
        String.format("Cannot open update mesh at udp %s: %s", own, cause.getMessage()), cause);
  }

  IllegalStateException cannotSend(Exception cause) {
    return new IllegalStateException("Cannot send an update from " + own, cause);
  }

  IllegalStateException interrupted() {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Cannot send from " + own + ": interrupted");
  }

  /**
   * Nobody takes what is sent.
   *
   * @param peer who it is, such as the driver
   * @param address without the name of the protocol
   * @param reason in Aeron's words
   */
  IllegalStateException unreachable(String peer, String address, Duration patience, String reason) {
    return new IllegalStateException(
        String.format(
            Locale.ROOT,
            "Cannot send from %s to %s at udp %s: nothing was acknowledged for %d s",
            own,
            peer,
            address,
            patience.toSeconds()),
        new AeronException(reason));
  }
}
