package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.PathPassword;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes a path or an address of the command line as it is, unless it carries a password. */
final class StoragePath implements ITypeConverter<String> {
  @Override
  public String convert(String value) {
    if (PathPassword.isIn(value)) {
      throw new TypeConversionException(PathPassword.REQUIREMENT);
    }
    return value;
  }
}
