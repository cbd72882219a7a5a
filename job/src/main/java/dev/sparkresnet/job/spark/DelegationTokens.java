package dev.sparkresnet.job.spark;

import dev.sparkresnet.job.kerberos.KerberosSettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.deploy.security.HadoopDelegationTokenManager;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages.UpdateDelegationTokens;
import org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend;

/**
 * By what executors prove to a secured file system for whom they work, renewed as long as the
 * driver can prove who it is.
 *
 * <p>Spark hands out delegation tokens on YARN and Kubernetes. On its own cluster, and with
 * executors of this machine, it knows what to do with them but never asks for any.
 */
final class DelegationTokens implements Closeable {
  private final HadoopDelegationTokenManager manager;
  private final RpcEndpointRef driver;

  private DelegationTokens(HadoopDelegationTokenManager manager, RpcEndpointRef driver) {
    this.manager = manager;
    this.driver = driver;
  }

  /** Has the driver get new tokens with its ticket, unless it does so with a keytab. */
  static void configure(SparkConf conf) {
    boolean isHere = "client".equals(conf.get("spark.submit.deployMode", "client"));
    if (isHere && !conf.contains(KerberosSettings.PRINCIPAL) && hasTicket()) {
      conf.setIfMissing(KerberosSettings.RENEWAL, "ccache");
    }
  }

  private static boolean hasTicket() {
    try {
      return UserGroupInformation.isSecurityEnabled()
          && UserGroupInformation.getCurrentUser().hasKerberosCredentials();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot tell who runs this: " + e.getMessage(), e);
    }
  }

  /** Hands them out, before any task, where Spark does not. */
  static Optional<DelegationTokens> handOut(SparkContext spark) {
    return hasTicket() && spark.schedulerBackend() instanceof StandaloneSchedulerBackend backend
        ? Optional.of(handOut(spark, backend.driverEndpoint()))
        : Optional.empty();
  }

  /** Messages of the driver arrive in their order, so that tokens come before tasks. */
  private static DelegationTokens handOut(SparkContext spark, RpcEndpointRef driver) {
    HadoopDelegationTokenManager manager =
        new HadoopDelegationTokenManager(spark.conf(), spark.hadoopConfiguration(), driver);
    if (manager.renewalEnabled()) {
      byte[] unused = manager.start();
    } else {
      Credentials credentials = new Credentials();
      manager.obtainDelegationTokens(credentials);
      driver.send(new UpdateDelegationTokens(SparkHadoopUtil.get().serialize(credentials)));
    }
    return new DelegationTokens(manager, driver);
  }

  /**
   * Hands out those that the driver has to all executors that are there: one that asked for its
   * settings before there were any, and registered after they went out, has got none.
   */
  void handOutAgain() {
    try {
      Credentials credentials = UserGroupInformation.getCurrentUser().getCredentials();
      driver.send(new UpdateDelegationTokens(SparkHadoopUtil.get().serialize(credentials)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot tell who runs this: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    manager.stop();
  }
}
