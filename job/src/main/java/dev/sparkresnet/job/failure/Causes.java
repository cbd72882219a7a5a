package dev.sparkresnet.job.failure;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** A failure and what it was caused by, through whatever wrapped it on its way. */
public final class Causes {
  /** Of exceptions that are wrapped in a circle. */
  private static final int DEEPEST = 100;

  private static final Set<Class<?>> WRAPPERS =
      Set.of(
          CompletionException.class,
          ExecutionException.class,
          InvocationTargetException.class,
          UndeclaredThrowableException.class);

  private Causes() {}

  /** The failure itself, what caused it, what caused that, and so on. */
  public static Stream<Throwable> of(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(DEEPEST);
  }

  /** The outermost of a kind. */
  public static <T> Optional<T> first(Class<T> kind, Throwable failure) {
    return of(failure).filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** The outermost that says more than that it was caused by another. */
  public static Throwable telling(Throwable failure) {
    return of(failure).filter(cause -> !isWrapper(cause)).findFirst().orElse(failure);
  }

  private static boolean isWrapper(Throwable failure) {
    Throwable cause = failure.getCause();
    if (cause == null) {
      return false;
    }
    String message = failure.getMessage();
    return WRAPPERS.contains(failure.getClass())
        || message == null
        || message.equals(cause.toString());
  }
}
