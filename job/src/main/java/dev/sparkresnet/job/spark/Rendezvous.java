package dev.sparkresnet.job.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskKilledException;

/**
 * Where the tasks of a barrier stage wait for each other and exchange a message each, with the
 * driver between them.
 *
 * <p>{@link BarrierTaskContext#allGather} does the same, but looks only once a second whether all
 * have come, and an epoch meets several times.
 */
public final class Rendezvous {
  private static final long SHORTEST_PAUSE_MILLIS = 2;
  private static final long LONGEST_PAUSE_MILLIS = 100;

  /** A place to meet: a stage has several, told apart by their purpose. */
  private record Meeting(int stage, int attempt, String purpose) implements Serializable {}

  private record Arrival(Meeting meeting, int task, int tasks, String message)
      implements Serializable {}

  private Rendezvous() {}

  /** Has the driver know from now on who has come. */
  static void open() {
    DriverLine.answer(Arrival.class, new Host()::receive);
  }

  /**
   * Waits until all tasks of the stage have come, in the thread of one of them.
   *
   * @param purpose of the meeting, another one for each of a stage
   * @param message for the others
   * @return the messages of all, in the order of their partitions
   * @throws TaskKilledException if the stage fails meanwhile, as it does when a task of it does
   */
  public static List<String> allGather(BarrierTaskContext task, String purpose, String message) {
    Meeting meeting = new Meeting(task.stageId(), task.stageAttemptNumber(), purpose);
    Arrival arrival = new Arrival(meeting, task.partitionId(), task.getTaskInfos().length, message);
    long pause = SHORTEST_PAUSE_MILLIS;
    try {
      String[] messages = ask(arrival);
      while (messages.length == 0) {
        Thread.sleep(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        if (task.isInterrupted()) {
          throw new TaskKilledException();
        }
        messages = ask(arrival);
      }
      return List.of(messages);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException();
    }
  }

  private static String[] ask(Arrival arrival) throws InterruptedException {
    return DriverLine.ask(arrival, String[].class, "meet the other replicas");
  }

  /** Knows who has come. */
  private static final class Host {
    private static final String[] NOT_YET = {};

    private final Map<Meeting, String[]> meetings = new HashMap<>();

    synchronized String[] receive(Arrival arrival) {
      // A barrier stage of this job takes all executors, so that an earlier one is over.
      meetings.keySet().removeIf(meeting -> meeting.stage() < arrival.meeting.stage());
      String[] messages =
          meetings.computeIfAbsent(arrival.meeting, meeting -> new String[arrival.tasks]);
      messages[arrival.task] = arrival.message;
      return Arrays.stream(messages).allMatch(Objects::nonNull) ? messages.clone() : NOT_YET;
    }
  }
}
