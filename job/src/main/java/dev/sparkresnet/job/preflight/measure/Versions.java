package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.run.ProgramVersion;
import java.io.Serializable;
import scala.util.Properties;

/**
 * What a JVM runs.
 *
 * @param program this job with its commit
 */
public record Versions(String spark, String scala, String java, String program)
    implements Serializable {

  public static Versions ofThisJvm() {
    return new Versions(
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        Properties.versionNumberString(),
        System.getProperty("java.version"),
        ProgramVersion.text());
  }

  /** Whether classes that one has written the other can read. */
  public boolean isSameAs(Versions other) {
    return spark.equals(other.spark) && scala.equals(other.scala) && program.equals(other.program);
  }

  @Override
  public String toString() {
    return "Spark %s, Scala %s, Java %s, %s".formatted(spark, scala, java, program);
  }
}
