package dev.sparkresnet.datasets.staging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {
  private static Proxy proxyOf(String address, Map<String, String> variables) {
    return new EnvironmentProxies(variables).select(URI.create(address)).get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "https_proxy, http://proxy.example:3128, https://www.example.org/a, proxy.example:3128",
    "HTTPS_PROXY, proxy.example:3128, https://www.example.org/a, proxy.example:3128",
    "http_proxy, http://proxy.example/, http://www.example.org/a, proxy.example:80",
  })
  void takesTheProxyOfTheScheme(String variable, String value, String address, String expected) {
    InetSocketAddress proxy =
        (InetSocketAddress) proxyOf(address, Map.of(variable, value)).address();
    assertThat(proxy.getHostString() + ":" + proxy.getPort()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'', https://www.example.org/a, HTTP",
    "example.org, https://www.example.org/a, DIRECT",
    "'localhost, .example.org', https://www.example.org/a, DIRECT",
    "ample.org, https://www.example.org/a, HTTP",
    "*, https://www.example.org/a, DIRECT",
  })
  void reachesTheHostsOfNoProxyWithoutOne(String excluded, String address, Proxy.Type expected) {
    Map<String, String> variables = Map.of("https_proxy", "proxy:1", "no_proxy", excluded);
    assertThat(proxyOf(address, variables).type()).isEqualTo(expected);
  }

  @Test
  void usesNoneWhereNoneIsNamed() {
    assertThat(proxyOf("https://www.example.org/", Map.of("http_proxy", "proxy:1")))
        .isEqualTo(Proxy.NO_PROXY);
  }

  @Test
  void refusesAProxyWithoutAHost() {
    assertThatThrownBy(() -> proxyOf("http://a.example/", Map.of("http_proxy", "http://:3128")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the proxy of the environment has no host: http://:3128");
  }

  /** The host does not exist, so that only the proxy can have answered. */
  @Test
  void downloadsThroughTheProxy() throws IOException {
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/",
        exchange -> {
          byte[] answer = exchange.getRequestURI().toString().getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    proxy.start();
    URI address = URI.create("http://images.invalid/cifar-10-binary.tar.gz");
    String variable = "http://127.0.0.1:" + proxy.getAddress().getPort();
    try (Download download =
        Download.start(
            address,
            Duration.ofSeconds(10),
            new EnvironmentProxies(Map.of("http_proxy", variable)))) {
      assertThat(download.body().readAllBytes())
          .asString(UTF_8)
          .endsWith("/cifar-10-binary.tar.gz");
    } finally {
      proxy.stop(0);
    }
  }
}
