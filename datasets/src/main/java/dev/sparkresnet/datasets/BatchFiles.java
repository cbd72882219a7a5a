package dev.sparkresnet.datasets;

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
   * Returns the files of the directory or archive at any Hadoop file system path, or of the only
   * one that lies up to two folders below.
   *
   * @throws InvalidDatasetException when nothing is there, several are, or the file system cannot
   *     be reached
   */
  static BatchFiles at(Configuration configuration, String path) {
    try {
      Path unqualified = new Path(path);
      FileSystem fileSystem = unqualified.getFileSystem(configuration);
      return new DatasetSearch(fileSystem).at(fileSystem.makeQualified(unqualified));
    } catch (IOException | RuntimeException e) {
      // Hadoop throws a bare one for a file system whose class is not there.
      throw InvalidDatasetException.cannotRead(path, e);
    }
  }

  /** Returns the path of the directory or archive, with the file system it is in. */
  String path();

  /** Returns the lengths in bytes of those of {@link #NAMES} that are there. */
  Map<String, Long> lengths(Configuration configuration) throws IOException;

  /** Returns some of the other paths in it, by which another edition can be told. */
  List<String> others(Configuration configuration) throws IOException;

  /** Whether each file can be read from the middle, without what lies before it. */
  boolean isSeekable();

  /** Opens one of the files at a byte offset. */
  InputStream open(Configuration configuration, String file, long offset) throws IOException;
}
