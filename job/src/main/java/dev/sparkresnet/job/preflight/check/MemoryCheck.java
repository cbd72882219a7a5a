package dev.sparkresnet.job.preflight.check;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableList;

import dev.sparkresnet.job.memory.MemoryUnits;
import dev.sparkresnet.job.memory.ProcessMemory;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.HostMemory;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Plan;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * There is memory for what the processes will take: within the limits of each, and for all of a
 * container or a machine together. A heap counts with the least that it needs; that it may grow
 * further than there is memory is a warning.
 */
public final class MemoryCheck implements Check {
  static final String MACHINE_CURE =
      "Give the host more memory, or lower training.optimizer.batch-size, training.replicas on it"
          + " (fewer executors a host) or spark.executor.memory.";
  static final String CONTAINER_CURE =
      "Raise spark.executor.memoryOverhead (and spark.driver.memoryOverhead), or lower"
          + " training.optimizer.batch-size.";
  static final String UNKNOWN_CURE = "Run on Linux with /proc, or give train --skip-preflight.";

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    List<Finding> findings = new ArrayList<>();
    List<ProcessFacts> known = new ArrayList<>();
    for (ProcessFacts process : survey.processes()) {
      if (process.memory().isKnown()) {
        known.add(process);
        limits(survey.plan().memoryOf(process), process).ifPresent(findings::add);
      } else {
        findings.add(Finding.failed(process.place(), process.memory().problem(), UNKNOWN_CURE));
      }
    }
    known.stream()
        .filter(process -> process.memory().value().limitBytes() > 0)
        .collect(groupingBy(MemoryCheck::container, TreeMap::new, toUnmodifiableList()))
        .values()
        .forEach(group -> findings.add(container(survey.plan(), group)));
    known.stream()
        .collect(groupingBy(ProcessFacts::machine, TreeMap::new, toUnmodifiableList()))
        .values()
        .forEach(group -> findings.add(machine(survey.plan(), group)));
    return findings;
  }

  private static String container(ProcessFacts process) {
    return process.machine() + " " + process.memory().value().container();
  }

  private static Optional<Finding> limits(ProcessMemory need, ProcessFacts process) {
    HostMemory found = process.memory().value();
    if (isBelow(found.arrayLimitBytes(), need.offHeapBytes())) {
      return Optional.of(
          tooLow(process.place(), "maxbytes", found.arrayLimitBytes(), need.offHeapBytes()));
    }
    long whole = need.bytes(need.heapBytes());
    if (isBelow(found.processLimitBytes(), whole)) {
      return Optional.of(
          tooLow(process.place(), "maxphysicalbytes", found.processLimitBytes(), whole));
    }
    return found.heapBytes() < need.heapBytes()
        ? Optional.of(smallHeap(process.place(), found.heapBytes(), need.heapBytes()))
        : Optional.empty();
  }

  private static boolean isBelow(long limit, long need) {
    return limit > 0 && limit < need;
  }

  private static Finding tooLow(Place place, String property, long limit, long need) {
    return Finding.failed(
        place,
        String.format(
            Locale.ROOT,
            "org.bytedeco.javacpp.%s is %d MB, %d MB are needed",
            property,
            limit >> 20,
            MemoryUnits.mebibytes(need)),
        String.format(
            Locale.ROOT,
            "Put -Dorg.bytedeco.javacpp.%s=%dM into spark.%s.extraJavaOptions.",
            property,
            MemoryUnits.mebibytes(need),
            role(place)));
  }

  private static Finding smallHeap(Place place, long heap, long need) {
    return Finding.warning(
        List.of(place),
        String.format(
            Locale.ROOT,
            "the heap is %d MB, %d MB are advised",
            heap >> 20,
            MemoryUnits.mebibytes(need)),
        String.format(
            Locale.ROOT, "Set spark.%s.memory to %dm.", role(place), MemoryUnits.mebibytes(need)));
  }

  private static String role(Place place) {
    return place.isDriver() ? "driver" : "executor";
  }

  private static Finding container(Plan plan, List<ProcessFacts> group) {
    long limit = group.get(0).memory().value().limitBytes();
    return compare(
        Survey.places(group),
        String.format(Locale.ROOT, "the container may take %d MB", limit >> 20),
        limit,
        plan.sum(group, process -> least(plan, process)),
        plan.sum(group, process -> most(plan, process)),
        CONTAINER_CURE);
  }

  private static Finding machine(Plan plan, List<ProcessFacts> group) {
    long available = group.get(0).memory().value().availableBytes();
    return compare(
        Survey.places(group),
        String.format(Locale.ROOT, "the host has %d MB left", available >> 20),
        available,
        plan.sum(group, process -> stillToCome(process, least(plan, process))),
        plan.sum(group, process -> stillToCome(process, most(plan, process))),
        MACHINE_CURE);
  }

  private static long least(Plan plan, ProcessFacts process) {
    ProcessMemory need = plan.memoryOf(process);
    return need.bytes(Math.min(need.heapBytes(), process.memory().value().heapBytes()));
  }

  private static long most(Plan plan, ProcessFacts process) {
    return plan.memoryOf(process).bytes(process.memory().value().heapBytes());
  }

  private static long stillToCome(ProcessFacts process, long bytes) {
    return Math.max(0, bytes - process.memory().value().residentBytes());
  }

  private static Finding compare(
      List<Place> places, String what, long limit, long least, long most, String cure) {
    String detail =
        String.format(
            Locale.ROOT,
            "%s, %d to %d MB are needed",
            what,
            MemoryUnits.mebibytes(least),
            MemoryUnits.mebibytes(most));
    if (limit < least) {
      return Finding.failed(places, detail, cure);
    }
    return limit < most ? Finding.warning(places, detail, cure) : Finding.ok(places, detail);
  }
}
