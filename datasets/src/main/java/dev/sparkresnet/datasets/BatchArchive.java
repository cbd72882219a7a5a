package dev.sparkresnet.datasets;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

record BatchArchive(String path) implements BatchFiles {
  @Override
  public Map<String, Long> lengths(Configuration configuration) throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    try (ArchiveReader reader = reader(configuration)) {
      while (reader.advance()) {
        if (lengths.putIfAbsent(reader.file(), reader.length()) != null) {
          throw new IOException(reader.file() + " is there twice");
        }
      }
    }
    return lengths;
  }

  @Override
  public InputStream open(Configuration configuration, String file, long offset)
      throws IOException {
    ArchiveReader reader = reader(configuration);
    try {
      while (reader.advance()) {
        if (reader.file().equals(file)) {
          reader.skipNBytes(offset);
          return reader;
        }
      }
      throw new FileNotFoundException(file + " is missing");
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  private ArchiveReader reader(Configuration configuration) throws IOException {
    Path archive = new Path(path);
    return ArchiveReader.open(archive.getFileSystem(configuration).open(archive));
  }
}
