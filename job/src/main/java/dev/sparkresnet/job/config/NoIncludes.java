package dev.sparkresnet.job.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.net.URL;

/** Refuses every {@code include} statement, instead of fetching what it names from anywhere. */
class NoIncludes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

  @Override
  public final ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String name) {
    throw refused(name, "nothing can be included here");
  }

  @Override
  public final ConfigObject includeFile(ConfigIncludeContext context, File file) {
    return include(context, file.getPath());
  }

  @Override
  public final ConfigObject includeURL(ConfigIncludeContext context, URL address) {
    throw refused(address.toString(), "only files can be included");
  }

  @Override
  public final ConfigObject includeResources(ConfigIncludeContext context, String name) {
    throw refused(name, "only files can be included");
  }

  ConfigException refused(String name, String why) {
    return new ConfigException.Generic("include \"%s\": %s".formatted(name, why));
  }
}
