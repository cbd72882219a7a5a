package dev.sparkresnet.job.config;

import java.io.Serializable;

/** Ports from {@code first} to {@code last}, both included. */
public record PortRange(int first, int last) implements Serializable {
  private static final int HIGHEST_PORT = 65_535;

  /** Refuses ports outside 1 to 65535 and a range that ends before it begins. */
  public PortRange {
    if (first < 1 || last > HIGHEST_PORT || first > last) {
      throw new IllegalArgumentException("not a range of ports: " + first + "-" + last);
    }
  }

  static PortRange parse(String text) {
    String[] ends = text.split("-", -1);
    if (ends.length != 2) {
      throw new IllegalArgumentException("not two ports: " + text);
    }
    return new PortRange(Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[1].strip()));
  }

  /** How many ports there are. */
  public int size() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
