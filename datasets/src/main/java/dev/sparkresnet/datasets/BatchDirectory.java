package dev.sparkresnet.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.security.AccessControlException;

record BatchDirectory(String path) implements BatchFiles {
  private static final int DEPTH_OF_OTHERS = 2;
  private static final int OTHERS_OF_A_FOLDER = 50;

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
  public List<String> others(Configuration configuration) throws IOException {
    Path directory = new Path(path);
    FileSystem fileSystem = directory.getFileSystem(configuration);
    List<String> paths = new ArrayList<>();
    List<Path> folders = List.of(directory);
    for (int depth = 0; depth <= DEPTH_OF_OTHERS; depth++) {
      List<Path> below = new ArrayList<>();
      for (Path folder : folders) {
        try {
          addContent(directory, fileSystem.listStatusIterator(folder), paths, below);
        } catch (AccessControlException | AccessDeniedException e) {
          // What may be read tells as much.
        }
      }
      folders = below;
    }
    return paths;
  }

  /** A folder may hold a million pictures, of which a few tell as much. */
  private static void addContent(
      Path directory, RemoteIterator<FileStatus> content, List<String> paths, List<Path> folders)
      throws IOException {
    for (int count = 0; count < OTHERS_OF_A_FOLDER && content.hasNext(); count++) {
      FileStatus status = content.next();
      String relative = directory.toUri().relativize(status.getPath().toUri()).getPath();
      if (status.isDirectory() && folders.size() < OTHERS_OF_A_FOLDER) {
        folders.add(status.getPath());
      }
      if (!NAMES.contains(relative)) {
        paths.add(status.isDirectory() ? relative + Path.SEPARATOR : relative);
      }
    }
  }

  @Override
  public boolean isSeekable() {
    return true;
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
