package dev.sparkresnet.job.cluster;

import java.io.Serializable;

/** An IPv4 address and a UDP port of the mesh that carries encoded updates. */
public record Endpoint(String address, int port) implements Serializable {

  @Override
  public String toString() {
    return address + ":" + port;
  }
}
