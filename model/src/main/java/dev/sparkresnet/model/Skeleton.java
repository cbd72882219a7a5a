package dev.sparkresnet.model;

/** Keeps the skeleton compiling. */
final class Skeleton {
  private Skeleton() {}
}
