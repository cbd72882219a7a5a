package dev.sparkresnet.job;

/** Keeps the skeleton compiling. */
final class Skeleton {
  private Skeleton() {}
}
