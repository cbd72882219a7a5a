package dev.sparkresnet.job;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** A local file system that renames, though it says that it failed. */
public final class UnansweredRenames extends DelegateToFileSystem {

  /** Called by Hadoop. */
  public UnansweredRenames(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
    super(uri, new LocalFileSystem(), hadoop, "file", false);
  }

  /** With this in the place of the local file system. */
  public static Configuration configuration() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.AbstractFileSystem.file.impl", UnansweredRenames.class.getName());
    return hadoop;
  }

  @Override
  public void renameInternal(Path from, Path to) throws IOException {
    super.renameInternal(from, to);
    throw new IOException("Connection reset by peer");
  }
}
