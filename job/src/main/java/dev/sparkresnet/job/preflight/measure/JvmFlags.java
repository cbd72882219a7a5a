package dev.sparkresnet.job.preflight.measure;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * The flags of a JVM, by what they bring about.
 *
 * @param closed packages of the JDK's base module that Spark wants open and that are not
 */
public record JvmFlags(List<String> closed) implements Serializable {
  private static final Pattern OPENED = Pattern.compile("--add-opens=java\\.base/(\\S+)=");

  public static JvmFlags ofThisJvm() {
    Module base = Object.class.getModule();
    Module ours = JvmFlags.class.getModule();
    List<String> closed =
        OPENED
            .matcher(JavaModuleOptions.defaultModuleOptions())
            .results()
            .map(found -> found.group(1))
            .filter(name -> !base.isOpen(name, ours))
            .toList();
    return new JvmFlags(closed);
  }
}
