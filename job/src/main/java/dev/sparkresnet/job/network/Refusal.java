package dev.sparkresnet.job.network;

/** Why a connection is not taken, as the other side is told. */
final class Refusal extends Exception {
  Refusal(String reason) {
    super(reason);
  }
}
