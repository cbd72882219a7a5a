package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.datasets.Augmentation;
import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.CifarRecord;
import dev.sparkresnet.datasets.Minibatch;
import dev.sparkresnet.datasets.MinibatchAssembler;
import dev.sparkresnet.datasets.Normalisation;
import dev.sparkresnet.datasets.Split;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.dataset.DataSet;

/** Made-up images that a network can learn, so that the updates are those of training. */
final class GeneratedImages {
  private static final int MINIBATCHES = 8;
  private static final long SEED = 1;

  private final List<CifarRecord> records = new ArrayList<>();

  /** Makes images for minibatches up to a size, by way of a temporary directory. */
  GeneratedImages(int largestBatch) {
    Configuration local = new Configuration();
    try {
      Path directory = new Path(Files.createTempDirectory("benchmark").toUri());
      Path images = new Path(directory, "images");
      try {
        SyntheticCifar.generate(local, images.toString(), MINIBATCHES * largestBatch, 1, SEED);
        CifarDataset.open(local, images.toString())
            .slices(Split.TRAINING, 0, 1)
            .forEach(slice -> slice.read(local).forEachRemaining(records::add));
      } finally {
        FileSystem.getLocal(local).delete(directory, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make images: " + e.getMessage(), e);
    }
  }

  /** Some minibatches of a size. */
  List<DataSet> minibatches(int batch) {
    MinibatchAssembler assembler =
        new MinibatchAssembler(Normalisation.scaleToUnit(), Augmentation.none(), SEED, 1);
    List<DataSet> minibatches = new ArrayList<>();
    for (int index = 0; index < MINIBATCHES; index++) {
      Minibatch minibatch = assembler.assemble(records.subList(index * batch, (index + 1) * batch));
      minibatches.add(new DataSet(minibatch.images(), minibatch.labels()));
    }
    return minibatches;
  }
}
