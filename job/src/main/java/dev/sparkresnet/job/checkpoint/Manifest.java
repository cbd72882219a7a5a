package dev.sparkresnet.job.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The file {@code manifest.json} of a checkpoint: what else is in it. {@link CheckpointFiles}
 * compares the files with it.
 *
 * @param format version of the format
 * @param program what wrote it
 * @param written when, as ISO 8601
 * @param files all other files by name
 */
record Manifest(
    @JsonProperty("format") int format,
    @JsonProperty("program") String program,
    @JsonProperty("written") String written,
    @JsonProperty("files") Map<String, Entry> files) {

  /**
   * What tells a damaged file.
   *
   * @param bytes its length
   * @param sha256 SHA-256 of its bytes, 64 hexadecimal digits
   */
  record Entry(@JsonProperty("bytes") long bytes, @JsonProperty("sha256") String sha256) {}

  Manifest {
    files = new TreeMap<>(files);
    files.values().forEach(Objects::requireNonNull);
  }
}
