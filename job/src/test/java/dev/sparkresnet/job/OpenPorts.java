package dev.sparkresnet.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The ports at which a process of this machine can be reached, as Linux lists them. */
final class OpenPorts {
  private static final String LISTENS = "0A";
  private static final int ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  /**
   * A port.
   *
   * @param protocol tcp, tcp6, udp or udp6
   * @param address as in the list: hexadecimal words in the order of the machine, and the port
   */
  record Port(String protocol, String address) {
    /** 127.0.0.0/8, the same as an IPv6 address, or ::1. */
    boolean isOfLoopback() {
      return address.matches("([0-9A-F]{16}FFFF0000)?[0-9A-F]{6}7F:.*|0{24}01000000:.*");
    }
  }

  private OpenPorts() {}

  static List<Port> of(ProcessHandle process) throws IOException {
    Set<String> sockets = sockets(process);
    List<Port> ports = new ArrayList<>();
    for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", protocol))) {
        String[] fields = line.strip().split("\\s+", -1);
        boolean open = protocol.startsWith("udp") || fields[STATE].equals(LISTENS);
        if (open && sockets.contains("socket:[" + fields[INODE] + "]")) {
          ports.add(new Port(protocol, fields[ADDRESS]));
        }
      }
    }
    return ports;
  }

  private static Set<String> sockets(ProcessHandle process) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
      for (Path file : files.toList()) {
        target(file).ifPresent(sockets::add);
      }
    }
    return sockets;
  }

  /** Nothing if the file was closed meanwhile. */
  private static Optional<String> target(Path file) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(file).toString());
    } catch (NoSuchFileException closed) {
      return Optional.empty();
    }
  }
}
