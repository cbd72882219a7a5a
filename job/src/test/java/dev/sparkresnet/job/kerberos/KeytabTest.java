package dev.sparkresnet.job.kerberos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeytabTest {
  @TempDir private Path directory;

  private static Optional<Keytab> named(Map<String, String> settings) {
    return Keytab.of(settings::get);
  }

  @Test
  void isThatOfTheSettings() {
    assertThat(named(Map.of())).isEmpty();
    assertThat(named(Map.of(KerberosSettings.PRINCIPAL, "alice", KerberosSettings.KEYTAB, "/a")))
        .contains(new Keytab("alice", "/a"));
  }

  @Test
  void needsBoth() {
    assertThatThrownBy(() -> named(Map.of(KerberosSettings.PRINCIPAL, "alice")))
        .isInstanceOf(UserErrorException.class)
        .hasMessage("Cannot log in as alice: --keytab does not name the file with its keys");
    assertThatThrownBy(() -> named(Map.of(KerberosSettings.KEYTAB, "/a.keytab")))
        .isInstanceOf(UserErrorException.class)
        .hasMessage("Cannot log in from the keytab /a.keytab: --principal does not say as whom");
  }

  @Test
  void hasToBeAFileThatCanBeRead() {
    assertThatThrownBy(new Keytab("alice", "/none.keytab")::requireReadableHere)
        .isInstanceOf(UserErrorException.class)
        .hasMessage("Cannot log in as alice: the keytab /none.keytab is not there");
    assertThatThrownBy(new Keytab("alice", directory.toString())::requireReadableHere)
        .hasMessage("Cannot log in as alice: the keytab %s cannot be read".formatted(directory));
  }

  @Test
  void mayBeOnOtherHostsOnly() {
    Keytab keytab = new Keytab("alice", "local:///etc/alice.keytab");
    assertThatCode(keytab::requireReadableHere).doesNotThrowAnyException();
    assertThat(keytab.path()).isEqualTo(Path.of("/etc/alice.keytab"));
  }
}
