package dev.sparkresnet.datasets;

/** Keeps the skeleton compiling. */
final class Skeleton {
  private Skeleton() {}
}
