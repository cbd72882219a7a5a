package dev.sparkresnet.job.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AeronDirectoryTest {
  private static final long MEGABYTE = 1 << 20;

  @TempDir Path parent;

  private List<Path> directories() throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.toList();
    }
  }

  @Test
  void twoEndsOfOneProcessHaveDirectoriesOfTheirOwnThatGoWithThem() throws IOException {
    try (AeronDirectory one = AeronDirectory.claim(parent, MEGABYTE);
        AeronDirectory other = AeronDirectory.claim(parent, MEGABYTE)) {
      Files.createDirectories(one.path().resolve("aeron/images"));
      Files.writeString(one.path().resolve("aeron/images/3.logbuffer"), "a term");
      assertThat(directories()).containsExactlyInAnyOrder(one.path(), other.path());
    }
    assertThat(directories()).isEmpty();
  }

  @Test
  void aMediaDriverIsSentToTheDirectoryAndTheNextOneIsNot() {
    String before = System.getProperty("aeron.dir");
    try (AeronDirectory directory = AeronDirectory.claim(parent, MEGABYTE)) {
      assertThat(directory.during(() -> System.getProperty("aeron.dir")))
          .isEqualTo(directory.path() + "/aeron");
      assertThat(System.getProperty("aeron.dir")).isEqualTo(before);
    }
  }

  @Test
  void removesWhatADeadProcessLeftBehind() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path left = leftBehindBy(dead.pid(), 1_700_000_000_000L);
    Files.createDirectory(left.resolve("aeron"));
    AeronDirectory.claim(parent, MEGABYTE).close();
    assertThat(left).doesNotExist();
  }

  @Test
  void removesWhatAnEarlierProcessOfTheSameNumberLeftBehind() throws Exception {
    Process later = new ProcessBuilder("sleep", "60").start();
    try {
      Path left = leftBehindBy(later.pid(), 1_700_000_000_000L);
      AeronDirectory.claim(parent, MEGABYTE).close();
      assertThat(left).doesNotExist();
    } finally {
      later.destroyForcibly();
    }
  }

  @Test
  void keepsTheDirectoryOfAProcessThatRuns() throws Exception {
    Process alive = new ProcessBuilder("sleep", "60").start();
    try {
      Path kept =
          leftBehindBy(alive.pid(), alive.info().startInstant().orElseThrow().toEpochMilli());
      AeronDirectory.claim(parent, MEGABYTE).close();
      assertThat(kept).exists();
    } finally {
      alive.destroyForcibly();
    }
  }

  /** As in a container that shares its memory with others, but not its processes. */
  @Test
  void keepsTheDirectoryOfAProcessThatCannotBeSeenButHoldsItsLock() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path kept = leftBehindBy(dead.pid(), 1_700_000_000_000L);
    Process owner = LockHolder.start(kept.resolve("lock"));
    try {
      AeronDirectory.claim(parent, MEGABYTE).close();
      assertThat(kept).exists();
    } finally {
      owner.destroyForcibly().waitFor();
    }
    AeronDirectory.claim(parent, MEGABYTE).close();
    assertThat(kept).doesNotExist();
  }

  @Test
  void keepsWhatIsNotOurs() throws IOException {
    Path aeron = Files.createDirectory(parent.resolve("aeron-root-1234"));
    Path otherUser = Files.createDirectory(parent.resolve("spark-resnet50-someone-1-2-3-4MB"));
    AeronDirectory.claim(parent, MEGABYTE).close();
    assertThat(directories()).containsExactlyInAnyOrder(aeron, otherUser);
  }

  private Path leftBehindBy(long pid, long started) throws IOException {
    return Files.createDirectory(
        parent.resolve(new DirectoryClaim(pid, started, 1, 33).directoryName()));
  }

  @Test
  void refusesMoreThanThereIsRoomFor() throws IOException {
    long free = Files.getFileStore(parent).getUsableSpace();
    assertThatThrownBy(() -> AeronDirectory.claim(parent, 2 * free))
        .isInstanceOf(UserErrorException.class)
        .hasMessageMatching(
            "Cannot open update mesh: "
                + parent
                + " has \\d+ MB free, "
                + AeronMemory.megabytes(2 * free)
                + " MB are needed; give the container more \\(docker --shm-size, or in Kubernetes an"
                + " emptyDir of medium Memory at /dev/shm\\) or have Aeron use another directory with"
                + " -Daeron.dir=DIR in the Java options of driver and executors");
    assertThat(directories()).isEmpty();
  }

  @Test
  void countsWhatOthersHaveClaimedButNotTakenYet() throws IOException {
    long free = Files.getFileStore(parent).getUsableSpace();
    long most = (free / 10 * 6) / MEGABYTE * MEGABYTE;
    try (AeronDirectory other = AeronDirectory.claim(parent, most)) {
      assertThat(other.path()).exists();
      assertThatThrownBy(() -> AeronDirectory.claim(parent, most))
          .hasMessageContaining(
              AeronMemory.megabytes(2 * most)
                  + " MB are needed, "
                  + AeronMemory.megabytes(most)
                  + " of them by others;");
    }
  }
}
