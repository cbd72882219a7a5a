package dev.sparkresnet.datasets;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files of one dataset, in a directory or in an archive. */
public sealed interface BatchFiles extends Serializable permits BatchDirectory, BatchArchive {
  /** All names that a dataset may consist of; everything else is left alone. */
  List<String> NAMES =
      Stream.of(
              CifarFormat.TRAINING_FILES,
              List.of(CifarFormat.TEST_FILE),
              List.of(CifarFormat.CLASS_NAMES_FILE))
          .flatMap(List::stream)
          .toList();

  /**
   * Returns the files of the directory or archive at any Hadoop file system path.
   *
   * @throws InvalidDatasetException when nothing is there or the file system cannot be reached
   */
  static BatchFiles at(Configuration configuration, String path) {
    try {
      Path unqualified = new Path(path);
      FileSystem fileSystem = unqualified.getFileSystem(configuration);
      return at(fileSystem, fileSystem.makeQualified(unqualified));
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotRead(path, e);
    }
  }

  private static BatchFiles at(FileSystem fileSystem, Path path) throws IOException {
    if (!fileSystem.exists(path)) {
      throw new FileNotFoundException("it does not exist");
    }
    if (fileSystem.getFileStatus(path).isFile()) {
      return new BatchArchive(path.toString());
    }
    Path nested = new Path(path, CifarFormat.DIRECTORY);
    Path firstFile = new Path(path, CifarFormat.TRAINING_FILES.get(0));
    boolean isNested = !fileSystem.exists(firstFile) && fileSystem.exists(nested);
    return new BatchDirectory((isNested ? nested : path).toString());
  }

  /** Returns the path of the directory or archive, with the file system it is in. */
  String path();

  /** Returns the lengths in bytes of those of {@link #NAMES} that are there. */
  Map<String, Long> lengths(Configuration configuration) throws IOException;

  /** Opens one of the files at a byte offset. */
  InputStream open(Configuration configuration, String file, long offset) throws IOException;
}
