package dev.sparkresnet.job.checkpoint;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a run has come.
 *
 * @param epochs that are complete
 * @param steps of the next epoch that every replica has done, 0 between epochs
 */
public record Position(int epochs, int steps) implements Comparable<Position> {
  /** Of a run that has not begun. */
  public static final Position START = new Position(0, 0);

  private static final Pattern NAME = Pattern.compile("epoch-(\\d{4,9})(?:-step-(\\d{6,9}))?");
  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::epochs).thenComparingInt(Position::steps);

  /** Right after an epoch. */
  public static Position afterEpoch(int epoch) {
    return new Position(epoch, 0);
  }

  /** Reads what {@link #name} gave, or nothing if it is anything else. */
  static Optional<Position> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int epoch = Integer.parseInt(matcher.group(1));
    Position position =
        matcher.group(2) == null
            ? afterEpoch(epoch)
            : new Position(epoch - 1, Integer.parseInt(matcher.group(2)));
    return Optional.of(position).filter(found -> found.epochs() >= 0 && found.name().equals(name));
  }

  /**
   * Such as {@code epoch-0003} after the third epoch, {@code epoch-0004-step-000100} in the next.
   */
  String name() {
    return isBetweenEpochs()
        ? String.format(Locale.ROOT, "epoch-%04d", epochs)
        : String.format(Locale.ROOT, "epoch-%04d-step-%06d", epochs + 1, steps);
  }

  /** Whether no epoch is half done. */
  public boolean isBetweenEpochs() {
    return steps == 0;
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  /** As in "resuming after epoch 3, step 100 of the next". */
  @Override
  public String toString() {
    return isBetweenEpochs() ? "epoch " + epochs : "step " + steps + " of epoch " + (epochs + 1);
  }
}
