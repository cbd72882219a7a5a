package dev.sparkresnet.job.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StopRequestTest {
  private final StopRequest stop = new StopRequest();
  private final List<String> actions = new ArrayList<>();

  private Runnable action(String name) {
    return () -> actions.add(name);
  }

  @Test
  void onlyTheFirstCounts() {
    assertThat(stop.isMade()).isFalse();
    assertThat(stop.make("SIGTERM")).isTrue();
    assertThat(stop.make("SIGINT")).isFalse();
    assertThat(stop.reason()).contains("SIGTERM");
  }

  @Test
  void theSameSignalFromTwoSidesIsOneWish() {
    AtomicLong now = new AtomicLong();
    StopRequest request = new StopRequest(now::get);
    assertThat(request.make("SIGTERM")).isTrue();
    now.set(999_999_999);
    assertThat(request.make("SIGTERM")).isTrue();
    assertThat(request.make("SIGINT")).isFalse();
    now.set(1_000_000_000);
    assertThat(request.make("SIGTERM")).isFalse();
  }

  @Test
  void endsTheInnermostWorkThatGoesOn() {
    stop.whenMade(action("first"));
    boolean made =
        stop.during(
            action("outer"), () -> stop.during(action("inner"), () -> stop.make("SIGTERM")));
    assertThat(made).isTrue();
    assertThat(actions).containsExactly("first", "inner");
  }

  @Test
  void endsTheOuterWorkWhenTheInnerIsDone() {
    stop.during(
        action("outer"),
        () -> {
          stop.during(action("inner"), () -> null);
          return stop.make("SIGTERM");
        });
    assertThat(actions).containsExactly("outer");
  }

  @Test
  void endsWorkThatBeginsLaterAtOnce() {
    stop.make("SIGTERM");
    stop.during(action("late"), () -> null);
    assertThat(actions).containsExactly("late");
  }

  @Test
  void isMadeEvenIfTheWorkCannotBeTold() {
    stop.during(
        () -> {
          throw new IllegalStateException("the mesh is closed");
        },
        () -> stop.make("SIGTERM"));
    assertThat(stop.reason()).contains("SIGTERM");
  }

  /** Such as the handler of a signal. */
  @Test
  void isMadeEvenIfWhoIsToldFirstHasEnded() {
    stop.whenMade(
        () -> {
          throw new IllegalStateException("the grace period is over");
        });
    assertThat(stop.during(action("work"), () -> stop.make("SIGHUP"))).isTrue();
    assertThat(actions).containsExactly("work");
  }
}
