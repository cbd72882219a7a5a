package dev.sparkresnet.datasets.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * The answer to an HTTP request, while it comes in.
 *
 * @param bytes announced length, -1 if the server did not say
 */
record Download(InputStream body, long bytes) implements AutoCloseable {
  private static final int OK = 200;

  /**
   * Returns when the server has begun to answer.
   *
   * @throws IOException when there is no connection or no answer in time, or the answer is not 200
   */
  static Download start(URI address, Duration timeout) throws IOException {
    return start(address, timeout, new EnvironmentProxies(System.getenv()));
  }

  static Download start(URI address, Duration timeout, ProxySelector proxies) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .proxy(proxies)
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    HttpRequest request = HttpRequest.newBuilder(address).timeout(timeout).build();
    HttpResponse<InputStream> response = send(client, request);
    if (response.statusCode() != OK) {
      response.body().close();
      throw new IOException("the server answers with status " + response.statusCode());
    }
    long bytes = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    return new Download(new TimeLimitedInputStream(response.body(), timeout), bytes);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }

  private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request)
      throws IOException {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
