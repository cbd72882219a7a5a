package dev.sparkresnet.datasets.synthetic;

import java.util.Locale;

/**
 * The ten classes of the synthetic dataset: each has a shape, a texture on it, and a hue that it
 * shares with its neighbours now and then.
 *
 * <p>Coordinates run from -1 to 1 over the motif, x to the right and y down.
 */
enum Motif {
  DISC(0.0),
  SQUARE(0.1),
  TRIANGLE(0.2),
  RING(0.3),
  CROSS(0.4),
  STAR(0.5),
  HEART(0.6),
  CRESCENT(0.7),
  HOURGLASS(0.8),
  FLOWER(0.9);

  private final double hue;

  Motif(double hue) {
    this.hue = hue;
  }

  /** Returns the hue that the motif is most often seen in, 0 to 1 around the colour circle. */
  double hue() {
    return hue;
  }

  /** Returns whether a point belongs to the shape. */
  boolean covers(double x, double y) {
    double radius = Math.sqrt(x * x + y * y);
    return switch (this) {
      case DISC -> radius < 0.9;
      case SQUARE -> Math.max(Math.abs(x), Math.abs(y)) < 0.78;
      case TRIANGLE -> y < 0.7 && y > 1.9 * Math.abs(x) - 0.95;
      case RING -> radius < 0.95 && radius > 0.5;
      case CROSS ->
          Math.max(Math.abs(x), Math.abs(y)) < 0.95 && Math.min(Math.abs(x), Math.abs(y)) < 0.3;
      case STAR -> radius < starEdge(x, y);
      case HEART -> insideHeart(1.25 * x, 0.15 - 1.25 * y);
      case CRESCENT -> radius < 0.95 && squared(x - 0.45) + squared(y) > squared(0.75);
      case HOURGLASS -> Math.abs(y) < 0.9 && Math.abs(x) < 0.12 + 0.75 * Math.abs(y);
      case FLOWER -> radius < 0.68 + 0.27 * StrictMath.cos(6 * StrictMath.atan2(y, x));
    };
  }

  /** Returns how much of the accent colour a point of the shape has, 0 to 1. */
  double accent(double x, double y) {
    double radius = Math.sqrt(x * x + y * y);
    return switch (this) {
      case DISC -> clamp(0.9 * Math.sqrt(squared(x + 0.35) + squared(y + 0.35)));
      case SQUARE -> alternate(2.6 * x) ^ alternate(2.6 * y) ? 1 : 0;
      case TRIANGLE -> alternate(3.6 * y) ? 1 : 0;
      case RING -> alternate(StrictMath.atan2(y, x) * 4 / Math.PI) ? 1 : 0;
      case CROSS -> alternate(2.7 * (x + y)) ? 1 : 0;
      case STAR -> radius < 0.38 ? 0 : 1;
      case HEART -> clamp(0.5 + 0.6 * y);
      case CRESCENT -> squared(fold(3.2 * x)) + squared(fold(3.2 * y)) < 0.09 ? 1 : 0;
      case HOURGLASS -> alternate(3.1 * x) ? 1 : 0;
      case FLOWER -> radius < 0.3 ? 1 : 0.15;
    };
  }

  /** The class name in the dataset. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the distance from the centre to the edge of a star with a point at the top. */
  private static double starEdge(double x, double y) {
    double fifth = 2 * Math.PI / 5;
    double angle = StrictMath.atan2(x, -y);
    double fromPoint = Math.abs(angle - fifth * Math.rint(angle / fifth));
    double tip = 1.05;
    double notch = 0.45;
    double halfFifth = fifth / 2;
    double notchX = notch * StrictMath.cos(halfFifth);
    double notchY = notch * StrictMath.sin(halfFifth);
    return tip
        * notchY
        / (StrictMath.cos(fromPoint) * notchY + StrictMath.sin(fromPoint) * (tip - notchX));
  }

  private static boolean insideHeart(double x, double up) {
    double circle = x * x + up * up - 1;
    return circle * circle * circle < x * x * up * up * up;
  }

  private static boolean alternate(double position) {
    return Math.floor(position) % 2 != 0;
  }

  /** Returns the offset from the nearest whole number. */
  private static double fold(double position) {
    return position - Math.rint(position);
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }

  private static double squared(double value) {
    return value * value;
  }
}
