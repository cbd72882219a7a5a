package dev.sparkresnet.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

record BatchDirectory(String path) implements BatchFiles {
  @Override
  public Map<String, Long> lengths(Configuration configuration) throws IOException {
    Path directory = new Path(path);
    Map<String, Long> lengths = new HashMap<>();
    for (FileStatus status : directory.getFileSystem(configuration).listStatus(directory)) {
      String name = status.getPath().getName();
      if (!NAMES.contains(name)) {
        continue;
      }
      if (!status.isFile()) {
        throw new IOException(name + " is not a plain file");
      }
      lengths.put(name, status.getLen());
    }
    return lengths;
  }

  @Override
  public InputStream open(Configuration configuration, String file, long offset)
      throws IOException {
    Path batch = new Path(path, file);
    FileSystem fileSystem = batch.getFileSystem(configuration);
    FSDataInputStream stream = fileSystem.open(batch);
    try {
      stream.seek(offset);
      return stream;
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }
}
