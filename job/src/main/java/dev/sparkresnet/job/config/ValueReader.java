package dev.sparkresnet.job.config;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Turns a configuration value into one of the types that settings have.
 *
 * @param requirement how a message names the type, as in "must be a whole number"
 * @param parse throws any runtime exception for a value of another type
 * @param plain the value as it is written to a configuration text: the same for every spelling
 */
record ValueReader<T>(
    String requirement, Function<ConfigValue, T> parse, Function<T, Object> plain) {

  static final ValueReader<String> TEXT =
      new ValueReader<>("must be a text", ValueReader::scalar, text -> text);

  static final ValueReader<Boolean> SWITCH =
      new ValueReader<>("must be true or false", ValueReader::parseSwitch, value -> value);

  static final ValueReader<Integer> INTEGER =
      new ValueReader<>(
          "must be a whole number",
          value -> new BigDecimal(scalar(value)).intValueExact(),
          value -> value);

  static final ValueReader<Long> LONG =
      new ValueReader<>(
          "must be a whole number",
          value -> new BigDecimal(scalar(value)).longValueExact(),
          value -> value);

  static final ValueReader<Double> NUMBER =
      new ValueReader<>("must be a number", ValueReader::parseNumber, value -> value);

  static final ValueReader<List<Integer>> INTEGERS =
      new ValueReader<>(
          "must be a list of whole numbers", ValueReader::parseIntegers, values -> values);

  static final ValueReader<Duration> DURATION =
      new ValueReader<>(
          "must be a duration with its unit, such as 90 seconds, and not negative",
          ValueReader::parseDuration,
          duration -> duration.toMillis() + " milliseconds");

  static final ValueReader<PortRange> PORT_RANGE =
      new ValueReader<>(
          "must be two ports from 1 to 65535 in ascending order, such as 40123-40323",
          value -> PortRange.parse(scalar(value)),
          PortRange::toString);

  static <E extends Enum<E>> ValueReader<E> oneOf(Class<E> type) {
    String names =
        Arrays.stream(type.getEnumConstants()).map(ValueReader::spelling).collect(joining(" or "));
    return new ValueReader<>(
        "must be " + names,
        value -> Enum.valueOf(type, scalar(value).toUpperCase(Locale.ROOT).replace('-', '_')),
        ValueReader::spelling);
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String scalar(ConfigValue value) {
    if (value instanceof ConfigObject || value instanceof ConfigList) {
      throw new IllegalArgumentException("a block or a list");
    }
    return value.unwrapped().toString();
  }

  private static boolean parseSwitch(ConfigValue value) {
    return switch (scalar(value)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static double parseNumber(ConfigValue value) {
    double number = new BigDecimal(scalar(value)).doubleValue();
    if (Double.isInfinite(number)) {
      throw new ArithmeticException("beyond the range of double");
    }
    return number;
  }

  private static List<Integer> parseIntegers(ConfigValue value) {
    if (value instanceof ConfigList list) {
      return list.stream().map(INTEGER.parse()).toList();
    }
    throw new IllegalArgumentException("not a list");
  }

  /** Refuses a bare number, which HOCON would take for milliseconds. */
  private static Duration parseDuration(ConfigValue value) {
    if (Character.isDigit(scalar(value).charAt(scalar(value).length() - 1))) {
      throw new ConfigException.Generic("no unit");
    }
    Duration duration = value.atKey("duration").getDuration("duration");
    if (duration.isNegative()) {
      throw new ConfigException.Generic("less than none");
    }
    return duration;
  }
}
