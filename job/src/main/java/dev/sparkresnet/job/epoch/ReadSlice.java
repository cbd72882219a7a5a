package dev.sparkresnet.job.epoch;

import dev.sparkresnet.datasets.CifarRecord;
import dev.sparkresnet.datasets.Slice;
import dev.sparkresnet.datasets.SliceIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Reads slices in a task, and closes what it reads from however the task ends. */
record ReadSlice(Broadcast<SerializableConfiguration> hadoop)
    implements FlatMapFunction<Slice, CifarRecord> {
  @Override
  public Iterator<CifarRecord> call(Slice slice) {
    return inTask(slice, hadoop.value().value());
  }

  static Iterator<CifarRecord> inTask(Slice slice, Configuration hadoop) {
    SliceIterator records = slice.read(hadoop);
    TaskCompletionListener close = task -> close(records);
    TaskContext unused = TaskContext.get().addTaskCompletionListener(close);
    return records;
  }

  private static void close(SliceIterator records) {
    try {
      records.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
