package dev.sparkresnet.job;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A local disk without room, as Hadoop has it: by the device of Linux that is always full. */
public final class FullDisk {
  private static final Path DEVICE = new Path("/dev/full");

  private FullDisk() {}

  /** A stream that takes nothing. */
  public static OutputStream stream() throws IOException {
    RawLocalFileSystem files = new RawLocalFileSystem();
    files.initialize(URI.create("file:///"), new Configuration(false));
    return files.append(DEVICE);
  }

  /** What is thrown by writing. */
  public static FSError error() throws IOException {
    OutputStream out = stream();
    try {
      out.write(1);
      out.flush();
    } catch (FSError e) {
      return e;
    }
    throw new IllegalStateException(DEVICE + " took a byte");
  }
}
