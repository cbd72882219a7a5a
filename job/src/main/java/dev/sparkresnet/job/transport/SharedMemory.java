package dev.sparkresnet.job.transport;

import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The shared memory that the update mesh finds on a host.
 *
 * @param directory that it would use
 * @param fileSystem tells whether the directories of two processes of one machine are in the same
 *     file system, so that they share its space
 * @param neededBytes what the end of the mesh in this process will take
 * @param freeBytes what is free there
 * @param claimedBytes what meshes that are open already will still take of it
 */
public record SharedMemory(
    String directory, String fileSystem, long neededBytes, long freeBytes, long claimedBytes)
    implements Serializable {

  /**
   * Looks what there is for this process, after the files of dead ones were removed.
   *
   * @param connections that its end of the mesh will have
   * @throws UserErrorException if nothing can be written there
   */
  public static SharedMemory measure(int connections) {
    return measure(AeronDirectory.parent(), connections);
  }

  static SharedMemory measure(Path parent, int connections) {
    AeronDirectory.claim(parent, 0).close();
    try {
      return new SharedMemory(
          parent.toString(),
          String.valueOf(Files.getAttribute(parent, "unix:dev")),
          AeronMemory.planned(connections),
          Files.getFileStore(parent).getUsableSpace(),
          AeronDirectory.claimsStillToCome(parent));
    } catch (IOException e) {
      throw new UserErrorException(
          String.format("Cannot open update mesh: cannot read %s: %s", parent, e), e);
    }
  }
}
