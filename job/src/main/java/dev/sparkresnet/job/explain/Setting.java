package dev.sparkresnet.job.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import java.util.List;

/**
 * One setting of a configuration.
 *
 * @param key such as {@code training.optimizer.epochs}
 * @param value as {@code --set} takes it
 * @param origin where it comes from
 */
record Setting(String key, String value, String origin) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** All settings in alphabetical order. */
  static List<Setting> of(ResolvedConfiguration configuration) {
    return configuration.settings().entrySet().stream()
        .map(
            each ->
                new Setting(
                    each.getKey(),
                    plain(each.getValue()),
                    configuration.origins().get(each.getKey())))
        .toList();
  }

  /** Text comes as JSON; the value of an assignment is taken as it stands. */
  private static String plain(String json) {
    try {
      return json.startsWith("\"") ? JSON.readValue(json, String.class) : json;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
