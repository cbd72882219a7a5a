package dev.sparkresnet.datasets.synthetic;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.datasets.SplitMix64;

/**
 * Draws one synthetic image: a motif at a random place, size, angle, colour and brightness, over a
 * background of a random gradient with ripples and spots of other colours, with sensor noise.
 */
final class SyntheticImage {
  private static final int SAMPLES = 3;
  private static final int SPOTS = 3;
  private static final double CENTRE = (CifarFormat.SIDE - 1) / 2.0;
  private static final double HUE_SPREAD = 0.1;

  private final SplitMix64 random;
  private final double[][] canvas = new double[CifarFormat.PLANE_BYTES][CifarFormat.CHANNELS];

  private SyntheticImage(SplitMix64 random) {
    this.random = random;
  }

  /** Returns the image as {@link CifarFormat#IMAGE_BYTES} bytes, red, green and blue plane. */
  static byte[] draw(Motif motif, SplitMix64 random) {
    SyntheticImage image = new SyntheticImage(random);
    image.paintBackground();
    for (int spot = random.below(SPOTS + 1); spot > 0; spot--) {
      image.paintSpot();
    }
    image.paintMotif(motif);
    return image.develop();
  }

  private void paintBackground() {
    double[] from = colour(random.unit(), between(0.05, 0.5), between(0.15, 0.85));
    double[] to = colour(random.unit(), between(0.05, 0.5), between(0.15, 0.85));
    double angle = between(0, 2 * Math.PI);
    double right = StrictMath.cos(angle) / CifarFormat.SIDE;
    double down = StrictMath.sin(angle) / CifarFormat.SIDE;
    double ripples = between(4, 14);
    double phase = between(0, 2 * Math.PI);
    double rippleHeight = between(0, 0.12);
    for (int at = 0; at < canvas.length; at++) {
      double along = (column(at) - CENTRE) * right + (row(at) - CENTRE) * down;
      double across = (row(at) - CENTRE) * right - (column(at) - CENTRE) * down;
      double ripple = rippleHeight * StrictMath.sin(ripples * across + phase);
      canvas[at] = mix(from, to, clamp(0.5 + along + ripple));
    }
  }

  private void paintSpot() {
    double[] colour = colour(random.unit(), between(0.2, 0.8), between(0.2, 0.9));
    double centreX = between(0, CifarFormat.SIDE);
    double centreY = between(0, CifarFormat.SIDE);
    double radius = between(2, 6);
    for (int at = 0; at < canvas.length; at++) {
      double distance =
          Math.sqrt(
              (column(at) - centreX) * (column(at) - centreX)
                  + (row(at) - centreY) * (row(at) - centreY));
      blend(at, colour, 0.7 * clamp((radius - distance) / 2 + 0.5));
    }
  }

  private void paintMotif(Motif motif) {
    double hue = motif.hue() + HUE_SPREAD * bell();
    double value = between(0.6, 1);
    double[] main = colour(hue, between(0.55, 0.95), value);
    double[] accent =
        colour(hue + between(0.05, 0.15), between(0.3, 0.9), value * between(0.3, 0.6));
    Frame frame = randomFrame();
    for (int at = 0; at < canvas.length; at++) {
      paintMotif(motif, frame, main, accent, at);
    }
  }

  private Frame randomFrame() {
    double radius = between(7.5, 13);
    double slack = CENTRE - 0.8 * radius;
    double tilt = between(-0.45, 0.45);
    return new Frame(
        CENTRE + between(-slack, slack),
        CENTRE + between(-slack, slack),
        StrictMath.cos(tilt) / radius,
        StrictMath.sin(tilt) / radius);
  }

  /** Paints one pixel by several samples, so that edges are smooth. */
  private void paintMotif(Motif motif, Frame frame, double[] main, double[] accent, int at) {
    int covered = 0;
    double accentSum = 0;
    for (int sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      int right = sample % SAMPLES;
      int down = sample / SAMPLES;
      double column = column(at) + (right + 0.5) / SAMPLES - 0.5;
      double row = row(at) + (down + 0.5) / SAMPLES - 0.5;
      double x = frame.x(column, row);
      double y = frame.y(column, row);
      if (motif.covers(x, y)) {
        covered++;
        accentSum += motif.accent(x, y);
      }
    }
    if (covered > 0) {
      double[] colour = mix(main, accent, accentSum / covered);
      blend(at, colour, (double) covered / (SAMPLES * SAMPLES));
    }
  }

  /** Where a motif lies: its centre in pixels, and its tilt and reciprocal size. */
  private record Frame(double column, double row, double cosine, double sine) {
    double x(double atColumn, double atRow) {
      return (atColumn - column) * cosine + (atRow - row) * sine;
    }

    double y(double atColumn, double atRow) {
      return (atRow - row) * cosine - (atColumn - column) * sine;
    }
  }

  /** Applies exposure and noise, and rounds to bytes. */
  private byte[] develop() {
    double gain = between(0.7, 1.15);
    double noise = between(0.02, 0.09);
    byte[] image = new byte[CifarFormat.IMAGE_BYTES];
    for (int channel = 0; channel < CifarFormat.CHANNELS; channel++) {
      for (int at = 0; at < canvas.length; at++) {
        double value = gain * canvas[at][channel] + noise * bell();
        image[channel * CifarFormat.PLANE_BYTES + at] = (byte) Math.round(255 * clamp(value));
      }
    }
    return image;
  }

  private void blend(int at, double[] colour, double opacity) {
    canvas[at] = mix(canvas[at], colour, opacity);
  }

  private static double[] mix(double[] from, double[] to, double share) {
    double[] mixed = new double[CifarFormat.CHANNELS];
    for (int channel = 0; channel < CifarFormat.CHANNELS; channel++) {
      mixed[channel] = from[channel] + share * (to[channel] - from[channel]);
    }
    return mixed;
  }

  /** Returns red, green and blue of a colour of the hexagonal cone; whole turns of hue vanish. */
  private static double[] colour(double hue, double saturation, double value) {
    double[] channels = new double[CifarFormat.CHANNELS];
    for (int channel = 0; channel < CifarFormat.CHANNELS; channel++) {
      double sextant = 6 * (hue - channel / 3.0);
      double distance = Math.abs(sextant - 6 * Math.rint(sextant / 6));
      channels[channel] = value * (1 - saturation + saturation * clamp(2 - distance));
    }
    return channels;
  }

  private double between(double low, double high) {
    return low + (high - low) * random.unit();
  }

  /** Returns a nearly normal number of mean 0 and variance 1: the sum of four uniform ones. */
  private double bell() {
    long bits = random.next();
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    return (sum / 65535.0 - 2) * Math.sqrt(3);
  }

  private static int row(int at) {
    return at / CifarFormat.SIDE;
  }

  private static int column(int at) {
    return at % CifarFormat.SIDE;
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
