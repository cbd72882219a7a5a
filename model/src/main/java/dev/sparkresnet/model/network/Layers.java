package dev.sparkresnet.model.network;

/** Whose layers compute a network. */
public enum Layers {
  /** Our own, on libnd4j operations and matrix products, channels last. */
  FAST,
  /** DL4J's. */
  STOCK
}
