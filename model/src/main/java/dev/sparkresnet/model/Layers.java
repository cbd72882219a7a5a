package dev.sparkresnet.model;

/** Which implementation of the layers a network is built from. */
public enum Layers {
  /** Our own, on libnd4j operations and matrix products, channels last. */
  FAST,
  /** DL4J's, which plain DL4J restores without our code. */
  STOCK
}
