package dev.sparkresnet.job.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.model.processor.ProcessorVariant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * Which backend ND4J has in this JVM, settled before ND4J is used.
 *
 * <p>A job for GPUs carries two of them. Left to itself, ND4J asks that for CUDA first, in every
 * JVM: the driver would take a GPU that belongs to an executor.
 */
final class BackendSelection {
  private BackendSelection() {}

  /** Whether the job was built with the backend. */
  static boolean carries(Backend.Kind kind) {
    String file = kind.className().replace('.', '/') + ".class";
    return BackendSelection.class.getClassLoader().getResource(file) != null;
  }

  /**
   * Leaves ND4J this backend only, with the library for this processor if it computes on that.
   *
   * @throws IllegalStateException if the processor is too old
   */
  static void select(Backend.Kind kind) {
    switch (kind) {
      case CPU -> ProcessorVariant.choose();
      case CUDA -> ProcessorVariant.forget();
    }
    ND4JClassLoading.setNd4jClassloader(new OneBackend(kind.className()));
  }

  /** The one that ND4J finds. */
  static Nd4jBackend selected() {
    return ND4JClassLoading.loadService(Nd4jBackend.class).findFirst().orElseThrow();
  }

  /** The class path, on which it finds one provider of the service. */
  private static final class OneBackend extends ClassLoader {
    private static final String PROVIDERS = "META-INF/services/" + Nd4jBackend.class.getName();

    private final String provider;

    OneBackend(String provider) {
      super(BackendSelection.class.getClassLoader());
      this.provider = provider;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(PROVIDERS)
          ? Collections.enumeration(List.of(urlOf(provider)))
          : super.getResources(name);
    }

    private static URL urlOf(String content) throws MalformedURLException {
      return new URL(null, "memory:provider", new InMemory(content));
    }
  }

  private static final class InMemory extends URLStreamHandler {
    private final String content;

    InMemory(String content) {
      this.content = content;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() {
          return new ByteArrayInputStream(content.getBytes(UTF_8));
        }
      };
    }
  }
}
