package dev.sparkresnet.datasets;

import dev.sparkresnet.datasets.edition.Edition;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

record BatchArchive(String path) implements BatchFiles {
  private static final int MOST_OTHERS = 100;

  @Override
  public Map<String, Long> lengths(Configuration configuration) throws IOException {
    try (ArchiveReader reader = reader(configuration)) {
      return lengths(reader);
    } catch (UnknownContentException e) {
      throw Edition.refusalOfFile(new Path(path).getName())
          .<IOException>map(told -> new IOException(told, e))
          .orElse(e);
    }
  }

  private static Map<String, Long> lengths(ArchiveReader reader) throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    String folder = null;
    while (reader.advance()) {
      if (lengths.putIfAbsent(reader.file(), reader.length()) != null) {
        throw new IOException(reader.file() + " is there twice");
      }
      if (folder != null && !folder.equals(reader.folder())) {
        throw new IOException(
            "its batches lie in several folders, '%s' and '%s'".formatted(folder, reader.folder()));
      }
      folder = reader.folder();
    }
    return lengths;
  }

  @Override
  public List<String> others(Configuration configuration) throws IOException {
    List<String> paths = new ArrayList<>();
    try (ArchiveReader reader = reader(configuration)) {
      while (paths.size() < MOST_OTHERS && reader.advanceToAny()) {
        paths.add(reader.path());
      }
    }
    return paths;
  }

  @Override
  public boolean isSeekable() {
    return false;
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
