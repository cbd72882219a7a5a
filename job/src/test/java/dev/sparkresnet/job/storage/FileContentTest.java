package dev.sparkresnet.job.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.FullDisk;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class FileContentTest {
  private static final FileContent BYTE = out -> out.write(1);
  private static final FileContent NOTHING = out -> {};

  private final IOException first = new IOException("the first");
  private final IOException second = new IOException("the second");

  private static final class Broken extends OutputStream {
    private final IOException onWrite;
    private final IOException onClose;
    private boolean closed;

    Broken(IOException onWrite, IOException onClose) {
      this.onWrite = onWrite;
      this.onClose = onClose;
    }

    @Override
    public void write(int value) throws IOException {
      throw onWrite;
    }

    @Override
    public void close() throws IOException {
      closed = true;
      throw onClose;
    }
  }

  @Test
  void throwsWhatAStreamOfHdfsThrowsTwice() {
    Broken out = new Broken(first, first);
    assertThatThrownBy(() -> BYTE.writeAndClose(out)).isSameAs(first).hasNoSuppressedExceptions();
    assertThat(out.closed).isTrue();
  }

  @Test
  void throwsTheFirstOfTwo() {
    assertThatThrownBy(() -> BYTE.writeAndClose(new Broken(first, second)))
        .isSameAs(first)
        .hasSuppressedException(second);
  }

  @Test
  void throwsWhatOnlyTheCloseThrows() {
    assertThatThrownBy(() -> NOTHING.writeAndClose(new Broken(first, second))).isSameAs(second);
  }

  /** Hadoop throws an error for it, that is no exception. */
  @Test
  void aFullLocalDiskIsAFailureLikeOthers() throws IOException {
    OutputStream full = FullDisk.stream();
    FileContent tooMuch = out -> out.write(new byte[1 << 20]);
    assertThatThrownBy(() -> tooMuch.writeAndClose(full))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThatThrownBy(() -> BYTE.writeAndClose(FullDisk.stream()))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
  }
}
