package dev.sparkresnet.job.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.FullDisk;
import dev.sparkresnet.job.failure.NonRetryable;
import dev.sparkresnet.job.failure.StorageException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import javax.security.sasl.SaslException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.hdfs.protocol.NSQuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.ietf.jgss.GSSException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetryPolicyTest {
  private static final class Damage extends IOException implements NonRetryable {}

  static Stream<IOException> whatMayPass() {
    return Stream.of(
        new IOException("File x could only be written to 0 of the 1 minReplication nodes"),
        new BlockMissingException("x", "Could not obtain block", 0),
        new ConnectException("Connection refused"),
        new SocketTimeoutException("60000 millis timeout"),
        new UnknownHostException("nn.test"),
        new EOFException("End of file"),
        new FileSystemException("x", null, "No space left on device"),
        new SaslException("GSS", withCause(new ConnectException("the KDC is being restarted"))),
        remote("org.apache.hadoop.hdfs.server.namenode.SafeModeException"),
        remote("org.apache.hadoop.ipc.StandbyException"));
  }

  static Stream<IOException> whatStays() {
    return Stream.of(
        new AccessControlException("Permission denied"),
        new AccessDeniedException("x"),
        new NSQuotaExceededException(1, 2),
        new DSQuotaExceededException(1, 2),
        new FileNotFoundException("x"),
        new NoSuchFileException("x"),
        new FileAlreadyExistsException("x"),
        new java.nio.file.FileAlreadyExistsException("x"),
        new ParentNotDirectoryException("x"),
        new UnsupportedFileSystemException("No FileSystem for scheme"),
        new InterruptedIOException("x"),
        new ClosedByInterruptException(),
        new IOException("Filesystem closed"),
        new SaslException("GSS", new GSSException(GSSException.NO_CRED)),
        new Damage(),
        remote("org.apache.hadoop.security.AccessControlException"),
        remote("org.apache.hadoop.hdfs.protocol.DSQuotaExceededException"),
        remote("org.apache.hadoop.hdfs.protocol.QuotaByStorageTypeExceededException"),
        remote("org.apache.hadoop.fs.InvalidPathException"));
  }

  private static GSSException withCause(IOException cause) {
    GSSException failure = new GSSException(GSSException.FAILURE);
    failure.initCause(cause);
    return failure;
  }

  private static RemoteException remote(String kind) {
    return new RemoteException(kind, "said by a NameNode");
  }

  @ParameterizedTest
  @MethodSource("whatMayPass")
  void isPossible(IOException failure) {
    assertThat(RetryPolicy.isPossible(new StorageException("Cannot write x", failure))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("whatStays")
  void isNotPossible(IOException failure) {
    assertThat(RetryPolicy.isPossible(new UncheckedIOException("Cannot write x", failure)))
        .isFalse();
    assertThat(
            RetryPolicy.isPossible(
                new StorageException("Cannot write x", new IOException(failure))))
        .isFalse();
  }

  @Test
  void isNotPossibleForWhatNoFileSystemSaid() {
    assertThat(RetryPolicy.isPossible(new IllegalStateException("the lease was taken over")))
        .isFalse();
    assertThat(RetryPolicy.isPossible(new StorageException("no checkpoint is whole"))).isFalse();
  }

  /** As Hadoop has it for a NameNode whose name is not known just now. */
  @Test
  void isPossibleThroughAnyNumberOfWrappers() {
    assertThat(
            RetryPolicy.isPossible(
                new RuntimeException(
                    new InvocationTargetException(
                        new IllegalArgumentException(new UnknownHostException("nn.test"))))))
        .isTrue();
  }

  @Test
  void isPossibleForAFullLocalDisk() throws IOException {
    assertThat(RetryPolicy.isPossible(FullDisk.error())).isTrue();
  }
}
