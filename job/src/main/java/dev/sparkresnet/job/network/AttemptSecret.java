package dev.sparkresnet.job.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.spark.network.sasl.SecretKeyHolder;

/**
 * What the participants of one attempt of a run know, and nobody else.
 *
 * <p>It is derived with HKDF (RFC 5869, SHA-256) from 32 random bytes and from Spark's secret, if
 * there is one, for this run and attempt: another run, or another attempt of it, is a stranger. It
 * travels in the closures of tasks alone, so it is as secret as Spark's connections are.
 */
public final class AttemptSecret implements Serializable {
  private static final String HMAC = "HmacSHA256";
  private static final int RANDOM_BYTES = 32;
  private static final byte FIRST_BLOCK = 1;

  private final String application;
  private final String key;

  private AttemptSecret(String application, String key) {
    this.application = application;
    this.key = key;
  }

  /**
   * A new one.
   *
   * @param sparkSecret of the application, where {@code spark.authenticate} is on
   * @param attempt names the attempt of the run
   */
  public static AttemptSecret derive(Optional<String> sparkSecret, String run, String attempt) {
    return of(HexFormat.of().parseHex(random()), sparkSecret, run, attempt);
  }

  /** 32 bytes that nobody can guess, as hexadecimal digits. */
  public static String random() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  static AttemptSecret of(byte[] random, Optional<String> sparkSecret, String run, String attempt) {
    String application = "spark-resnet50 " + run + " " + attempt;
    byte[] extracted = hmac(random, sparkSecret.orElse("").getBytes(UTF_8));
    byte[] purpose = (application + " gradient sharing").getBytes(UTF_8);
    byte[] info = new byte[purpose.length + 1];
    System.arraycopy(purpose, 0, info, 0, purpose.length);
    info[purpose.length] = FIRST_BLOCK;
    return new AttemptSecret(application, HexFormat.of().formatHex(hmac(extracted, info)));
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot derive a secret: this Java has no " + HMAC, e);
    }
  }

  /** What participants call themselves in the handshake; no secret. */
  String application() {
    return application;
  }

  /** For Spark's handshake, which knows this application only. */
  SecretKeyHolder holder() {
    return new SecretKeyHolder() {
      @Override
      public String getSaslUser(String asked) {
        return application;
      }

      @Override
      public String getSecretKey(String asked) {
        return application.equals(asked) ? key : null;
      }
    };
  }

  @Override
  public String toString() {
    return "secret of " + application;
  }
}
