package dev.sparkresnet.datasets;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * Looks for the batch files at a path: in an archive, in a folder, or in the one folder or archive
 * that lies up to two folders below.
 */
final class DatasetSearch {
  private static final int DEPTH = 2;
  private static final int MOST_FOLDERS = 100;
  private static final String WILDCARDS = ".*[*?\\[{].*";

  private final FileSystem fileSystem;

  DatasetSearch(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /**
   * Returns what was found; the path itself if nothing was.
   *
   * @throws IOException when nothing is at the path, or several datasets are
   */
  BatchFiles at(Path path) throws IOException {
    FileStatus status = status(path);
    if (status.isFile()) {
      requireNoBatch(path);
      return new BatchArchive(path.toString());
    }
    List<Path> folders = List.of(path);
    for (int depth = 0; depth <= DEPTH; depth++) {
      Level level = Level.of(fileSystem, folders, path);
      Optional<BatchFiles> found = level.only();
      if (found.isPresent()) {
        return found.get();
      }
      folders = level.folders();
    }
    return new BatchDirectory(path.toString());
  }

  private FileStatus status(Path path) throws IOException {
    try {
      return fileSystem.getFileStatus(path);
    } catch (FileNotFoundException e) {
      String pattern = path.toString().matches(WILDCARDS) ? ", and wildcards are not expanded" : "";
      throw new FileNotFoundException("it does not exist" + pattern);
    }
  }

  private static void requireNoBatch(Path path) throws IOException {
    if (BatchFiles.NAMES.contains(path.getName())) {
      throw new IOException("it is one file of a dataset: give its folder, " + path.getParent());
    }
  }

  /** What lies at one depth. */
  private record Level(List<BatchFiles> datasets, List<BatchFiles> archives, List<Path> folders) {

    private static Level of(FileSystem fileSystem, List<Path> folders, Path given)
        throws IOException {
      Level level = new Level(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (Path folder : folders) {
        try {
          level.look(folder, fileSystem.listStatus(folder));
        } catch (AccessControlException | AccessDeniedException e) {
          // What others keep to themselves beside the images is no concern of theirs.
          if (folder.equals(given)) {
            throw e;
          }
        }
      }
      return level;
    }

    private void look(Path folder, FileStatus[] content) {
      if (names(content).anyMatch(CifarFormat::isBatch)) {
        datasets.add(new BatchDirectory(folder.toString()));
      }
      names(content)
          .filter(CifarFormat.ARCHIVE_FILES::contains)
          .sorted()
          .limit(1)
          .forEach(name -> archives.add(new BatchArchive(new Path(folder, name).toString())));
      Arrays.stream(content)
          .filter(FileStatus::isDirectory)
          .map(FileStatus::getPath)
          .filter(path -> !path.getName().startsWith("."))
          .sorted()
          .limit(MOST_FOLDERS - folders.size())
          .forEach(folders::add);
    }

    private static Stream<String> names(FileStatus[] content) {
      return Arrays.stream(content).map(status -> status.getPath().getName());
    }

    private Optional<BatchFiles> only() throws IOException {
      List<BatchFiles> found = datasets.isEmpty() ? archives : datasets;
      if (found.size() > 1) {
        throw new IOException(
            "it holds several datasets: give one of "
                + String.join(", ", found.stream().map(BatchFiles::path).toList()));
      }
      return found.stream().findFirst();
    }
  }
}
