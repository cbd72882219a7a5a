package dev.sparkresnet.datasets.staging;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Proxies as curl and others find them: {@code https_proxy} and {@code http_proxy} name one, {@code
 * no_proxy} the hosts and domains that are reached without. Java by itself reads none of them.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final int DEFAULT_PORT = 80;

  private final Map<String, String> variables;

  EnvironmentProxies(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  @Override
  public List<Proxy> select(URI address) {
    return variable(address.getScheme().toLowerCase(Locale.ROOT) + "_proxy")
        .filter(proxy -> !isExcluded(address.getHost()))
        .map(EnvironmentProxies::parse)
        .map(List::of)
        .orElseGet(() -> List.of(Proxy.NO_PROXY));
  }

  /** In lower case first, as curl does it. */
  private Optional<String> variable(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .map(variables::get)
        .filter(value -> value != null && !value.isBlank())
        .map(String::strip)
        .findFirst();
  }

  private boolean isExcluded(String host) {
    return variable("no_proxy").stream()
        .flatMap(hosts -> Arrays.stream(hosts.split("[,\\s]+", -1)))
        .map(excluded -> excluded.startsWith(".") ? excluded.substring(1) : excluded)
        .filter(excluded -> !excluded.isEmpty())
        .anyMatch(
            excluded ->
                excluded.equals("*") || host.equals(excluded) || host.endsWith("." + excluded));
  }

  private static Proxy parse(String proxy) {
    URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
    if (address.getHost() == null) {
      throw new IllegalArgumentException("the proxy of the environment has no host: " + proxy);
    }
    int port = address.getPort() < 0 ? DEFAULT_PORT : address.getPort();
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port));
  }

  /** Whoever asked hears of it by the exception. */
  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {}
}
