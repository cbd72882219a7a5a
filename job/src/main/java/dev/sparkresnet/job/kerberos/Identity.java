package dev.sparkresnet.job.kerberos;

import java.io.IOException;
import java.io.Serializable;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosTicket;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Who a process is for Hadoop.
 *
 * @param user principal, or user of the operating system
 * @param left how long its ticket is valid; zero without a ticket
 * @param renewable for how long the ticket can be renewed; no more than {@code left} if it cannot
 */
public record Identity(Proof proof, String user, Duration left, Duration renewable)
    implements Serializable {

  /** What proves it. */
  public enum Proof {
    /** Hadoop believes everybody. */
    NONE_NEEDED,
    /** A keytab, from which there is always another ticket. */
    KEYTAB,
    /** A ticket in the cache of the user. */
    TICKET,
    /** Tokens that somebody else asked for. */
    TOKENS,
    /** Nothing. */
    NONE
  }

  /**
   * That of this process.
   *
   * @throws IOException if Hadoop cannot tell
   */
  public static Identity ofThisProcess() throws IOException {
    UserGroupInformation user = UserGroupInformation.getCurrentUser();
    if (!UserGroupInformation.isSecurityEnabled()) {
      return without(Proof.NONE_NEEDED, user);
    }
    Optional<KerberosTicket> ticket = ticket(user, Instant.now());
    if (ticket.isPresent()) {
      return by(ticket.get(), user, Instant.now());
    }
    if (user.isFromKeytab()) {
      return without(Proof.KEYTAB, user);
    }
    return without(user.getTokens().isEmpty() ? Proof.NONE : Proof.TOKENS, user);
  }

  private static Identity without(Proof proof, UserGroupInformation user) {
    return new Identity(proof, user.getUserName(), Duration.ZERO, Duration.ZERO);
  }

  private static Identity by(KerberosTicket ticket, UserGroupInformation user, Instant now) {
    Duration left = Duration.between(now, ticket.getEndTime().toInstant());
    Date limit = ticket.isRenewable() ? ticket.getRenewTill() : ticket.getEndTime();
    return new Identity(
        user.isFromKeytab() ? Proof.KEYTAB : Proof.TICKET,
        user.getUserName(),
        left,
        Duration.between(now, limit.toInstant()));
  }

  /** Of those that get other tickets the one that is valid for longest. */
  private static Optional<KerberosTicket> ticket(UserGroupInformation user, Instant now) {
    return tickets(user).stream()
        .filter(ticket -> ticket.getServer().getName().startsWith("krbtgt/"))
        .filter(ticket -> ticket.getEndTime().toInstant().isAfter(now))
        .max(Comparator.comparing(KerberosTicket::getEndTime));
  }

  /** Java 17 has no other way to the subject. */
  @SuppressWarnings("removal")
  private static Set<KerberosTicket> tickets(UserGroupInformation user) {
    return user.doAs(
        (PrivilegedAction<Set<KerberosTicket>>)
            () ->
                Subject.getSubject(AccessController.getContext())
                    .getPrivateCredentials(KerberosTicket.class));
  }
}
