package dev.sparkresnet.job;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.shaded.org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.hadoop.shaded.org.apache.kerby.kerberos.kerb.server.KdcConfigKey;
import org.apache.hadoop.shaded.org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;

/**
 * A KDC and an HDFS that asks for its tickets, both in this process. Hadoop's client of this
 * process is that of the superuser; users are other processes.
 */
final class SecuredHdfs implements AutoCloseable {
  private static final String REALM = "EXAMPLE.COM";
  private static final String LOCALHOST = "localhost";

  private final Path directory;
  private final SimpleKdcServer kdc = new SimpleKdcServer();
  private final MiniDFSCluster hdfs;
  private boolean isKdcUp;

  private SecuredHdfs(Path directory, Duration ticket, Duration tokenRenewal)
      throws IOException, KrbException {
    this.directory = directory;
    startKdc(ticket);
    Path servers = keytab("hdfs/" + LOCALHOST, "HTTP/" + LOCALHOST);
    Configuration secured = configuration(servers, tokenRenewal);
    UserGroupInformation.setConfiguration(secured);
    UserGroupInformation.loginUserFromKeytab("hdfs/" + LOCALHOST, servers.toString());
    this.hdfs = new MiniDFSCluster.Builder(secured).build();
    hdfs.waitActive();
  }

  /**
   * Starts both.
   *
   * @param ticket how long a ticket lasts
   * @param tokenRenewal how often a delegation token has to be renewed
   */
  static SecuredHdfs start(Path directory, Duration ticket, Duration tokenRenewal)
      throws IOException, KrbException {
    return new SecuredHdfs(directory, ticket, tokenRenewal);
  }

  private void startKdc(Duration ticket) throws IOException, KrbException {
    kdc.setWorkDir(Files.createDirectories(directory.resolve("kdc")).toFile());
    kdc.setKdcHost(LOCALHOST);
    kdc.setKdcRealm(REALM);
    kdc.setAllowUdp(false);
    kdc.getKdcConfig().setLong(KdcConfigKey.MAXIMUM_TICKET_LIFETIME, ticket.toSeconds());
    kdc.init();
    kdc.start();
    // The KDC removes its own when it ends.
    Files.copy(directory.resolve("kdc/krb5.conf"), directory.resolve("krb5.conf"));
    isKdcUp = true;
  }

  /** What a cluster has in its configuration, with what tests cannot have taken out. */
  private Configuration configuration(Path servers, Duration tokenRenewal) {
    Configuration secured = new Configuration();
    secured.set("hadoop.security.authentication", "kerberos");
    for (String role : new String[] {"namenode", "datanode"}) {
      secured.set("dfs." + role + ".kerberos.principal", "hdfs/" + LOCALHOST + "@" + REALM);
      secured.set("dfs." + role + ".keytab.file", servers.toString());
    }
    secured.set("dfs.web.authentication.kerberos.principal", "HTTP/" + LOCALHOST + "@" + REALM);
    secured.set("dfs.web.authentication.kerberos.keytab", servers.toString());
    secured.setBoolean("dfs.block.access.token.enable", true);
    // Ports below 1,024 belong to root.
    secured.setBoolean("ignore.secure.ports.for.testing", true);
    secured.set("dfs.data.transfer.protection", "authentication");
    secured.setBoolean("dfs.namenode.delegation.token.always-use", true);
    secured.setLong("dfs.namenode.delegation.token.renew-interval", tokenRenewal.toMillis());
    secured.setInt("hadoop.kerberos.min.seconds.before.relogin", 1);
    secured.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.resolve("hdfs").toString());
    return secured;
  }

  /** Makes principals and returns the file with their keys. */
  Path keytab(String... principals) throws KrbException {
    Path keytab = directory.resolve(principals[0].replace('/', '-') + ".keytab");
    kdc.createPrincipals(principals);
    kdc.exportPrincipal(principals[0] + "@" + REALM, keytab.toFile());
    for (String more : principals) {
      kdc.exportPrincipal(more + "@" + REALM, keytab.toFile());
    }
    return keytab;
  }

  /** Writes the configuration for clients, as the directory that HADOOP_CONF_DIR names. */
  Path clientConfiguration() throws IOException {
    Path clients = Files.createDirectories(directory.resolve("hadoop"));
    try (OutputStream out = Files.newOutputStream(clients.resolve("core-site.xml"))) {
      hdfs.getConfiguration(0).writeXml(out);
    }
    return clients;
  }

  /** The flag by which a JVM finds the KDC. */
  String krb5Flag() {
    return "-Djava.security.krb5.conf=" + directory.resolve("krb5.conf");
  }

  String uri() {
    return hdfs.getURI().toString();
  }

  void stopKdc() throws KrbException {
    if (isKdcUp) {
      isKdcUp = false;
      kdc.stop();
    }
  }

  MiniDFSCluster cluster() {
    return hdfs;
  }

  @Override
  public void close() throws KrbException {
    hdfs.shutdown();
    stopKdc();
    UserGroupInformation.reset();
    UserGroupInformation.setConfiguration(new Configuration());
    System.clearProperty("java.security.krb5.conf");
  }
}
