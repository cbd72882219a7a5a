package dev.sparkresnet.job.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.CifarRecord;
import dev.sparkresnet.datasets.Slice;
import dev.sparkresnet.datasets.Split;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.TaskKilledException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

class ReadSliceTest {
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir private Path directory;

  @AfterEach
  void forgetTheTask() {
    TaskContext$.MODULE$.unset();
  }

  /** Those of a small slice were read at once; of a large one, in one file, more is to come. */
  @Test
  void theFileOfATaskThatIsKilledIsClosed() throws IOException {
    Configuration hadoop = new Configuration();
    String images = directory.resolve("images").toString();
    SyntheticCifar.generate(hadoop, images, 701, 10, 1);
    Slice slice = CifarDataset.open(hadoop, images).slices(Split.TEST, 0, 1).get(0);
    Slice large = CifarDataset.open(hadoop, images).slices(Split.TRAINING, 0, 1).get(0);
    TaskContextImpl task = TaskContext$.MODULE$.empty();
    TaskContext$.MODULE$.setTaskContext(task);

    Iterator<CifarRecord> records = ReadSlice.inTask(slice, hadoop);
    assertThat(records.next().index()).isZero();
    assertThat(ReadSlice.inTask(large, hadoop).next().index()).isZero();
    assertThat(openFiles()).isPositive();

    task.markTaskCompleted(Option.apply(new TaskKilledException("by the test")));
    assertThat(openFiles()).isZero();
  }

  private long openFiles() throws IOException {
    try (Stream<Path> all = Files.list(OPEN_FILES)) {
      return all.filter(this::isOfThisTest).count();
    }
  }

  private boolean isOfThisTest(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(directory);
    } catch (IOException e) {
      // Closed meanwhile, such as the listing itself.
      return false;
    }
  }
}
