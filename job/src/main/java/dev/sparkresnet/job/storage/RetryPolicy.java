package dev.sparkresnet.job.storage;

import dev.sparkresnet.job.failure.Causes;
import dev.sparkresnet.job.failure.KerberosFailure;
import dev.sparkresnet.job.failure.NonRetryable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Set;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.InvalidPathException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.hdfs.protocol.NSQuotaExceededException;
import org.apache.hadoop.hdfs.protocol.QuotaByStorageTypeExceededException;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;

/**
 * Whether a failure of a file system may pass. What is not known to stay may: servers that restart,
 * fail over or are in safe mode say so in many ways, and so does a name service that is away. A
 * full disk may pass too, since others write to it and remove from it, and what was half written is
 * removed before the next try.
 */
public final class RetryPolicy {
  private static final Set<Class<?>> STAY =
      Set.of(
          AccessControlException.class,
          AccessDeniedException.class,
          QuotaExceededException.class,
          NSQuotaExceededException.class,
          DSQuotaExceededException.class,
          QuotaByStorageTypeExceededException.class,
          FileNotFoundException.class,
          NoSuchFileException.class,
          FileAlreadyExistsException.class,
          java.nio.file.FileAlreadyExistsException.class,
          ParentNotDirectoryException.class,
          NotDirectoryException.class,
          InvalidPathException.class,
          UnsupportedFileSystemException.class,
          ClosedByInterruptException.class,
          NonRetryable.class);

  /** What Hadoop says once this process is shutting down. */
  private static final String CLIENT_CLOSED = "Filesystem closed";

  private RetryPolicy() {}

  /**
   * Whether there is an {@link IOException} among a failure and its causes, and none that stays.
   */
  public static boolean isPossible(Throwable failure) {
    return Causes.first(IOException.class, failure).isPresent()
        && Causes.of(failure).noneMatch(RetryPolicy::stays)
        && !KerberosFailure.isForTheUser(failure);
  }

  private static boolean stays(Throwable cause) {
    if (cause instanceof RemoteException remote) {
      return STAY.stream().anyMatch(kind -> kind.getName().equals(remote.getClassName()));
    }
    return STAY.stream().anyMatch(kind -> kind.isInstance(cause))
        || isInterruption(cause)
        || CLIENT_CLOSED.equals(cause.getMessage());
  }

  private static boolean isInterruption(Throwable cause) {
    return cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException);
  }
}
