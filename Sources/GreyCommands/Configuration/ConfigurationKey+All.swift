// Every key there is, in the order in which they are printed.

import GreyBasics

extension ConfigurationKey {
  package static let all: [ConfigurationKey] = cluster + node + heap + pacer + time + links + rest

  private static let cluster: [ConfigurationKey] = [
    integer("nodes", \.nodes, 1...1_000, "How many mutator processes `up` brings the cluster to."),
    choice(
      "transport", \.transport,
      "How processes reach each other: sockets in the cluster's folder (ipc), or ports (tcp)."),
    text(
      "host", \.host,
      "With tcp, the address to bind and, unless `advertise` says another, to be "
        + "reached at.",
      kind: "address without a port"),
    textOrOff(
      "advertise", \.advertise,
      "With tcp, the address at which others reach a process of this host, where a forwarder "
        + "stands before it. The port is the bound one.",
      kind: "address without a port"),
    integerOrOff(
      "port", \.port, 1...65_535,
      "With tcp, the coordinator's port, where nodes of other hosts are told to look for it; off: "
        + "the system's choice. Nodes always take the system's."),
    choice(
      "detector", \.detector,
      "How the end of marking is detected: pairwise channel counts, or Mattern's four counters."),
  ]

  private static let node: [ConfigurationKey] = [
    integer("workers", \.workers, 1...64, "Threads of a node that run tasks."),
    integer("mark_workers", \.markWorkers, 1...64, "Threads of a node that mark and sweep."),
    integer(
      "quantum_objects", \.quantumObjects, 1...1_000_000,
      "Objects that a mark worker scans before it looks at the stop word again."),
    integer(
      "quantum_messages", \.quantumMessages, 1...1_000_000,
      "Messages that a worker handles between two steps of tasks. With one, messages wait for long."
    ),
    integer(
      "mailbox_limit", \.mailboxLimit, 1...1_000_000,
      "Messages that wait for one task at most; a sender beyond that waits for room."),
  ]

  private static let heap: [ConfigurationKey] = [
    bytes(
      "heap_arena", \.heapArena, (1 << 20)...(1 << 44),
      "Address space that a node reserves for its heap. Costs nothing until it is used."),
    bytesOrOff(
      "heap_limit", \.heapLimit, (1 << 20)...(1 << 44),
      "Hard limit of a node's heap. A task that would pass it waits for a full cycle, and then "
        + "gets an error."),
    duration(
      "scavenge_after", \.scavengeAfter, .milliseconds(1)...(.seconds(86_400)),
      "Free pages that lay unused for so long go back to the system."),
    duration(
      "allocation_patience", \.allocationPatience, .milliseconds(10)...(.seconds(3_600)),
      "How long an allocation at the heap limit waits for a cycle before it fails."),
  ]

  private static let pacer: [ConfigurationKey] = [
    integerOrOff(
      "GOGC", \.gogc, 0...1_000_000,
      "The heap may grow by this many per cent of what was live before a cycle ends. Go's GOGC."
    ).live,
    bytesOrOff(
      "GOMEMLIMIT", \.goMemoryLimit, (1 << 20)...(1 << 44),
      "Soft limit of a node's memory: near it, cycles come earlier. Go's GOMEMLIMIT."
    ).live,
    bytes(
      "minimum_heap", \.minimumHeap, 4_096...(1 << 40),
      "No cycle starts below this much a node, at GOGC 100; in proportion at another GOGC."
    ).live,
    integer(
      "mark_utilization", \.markUtilization, 1...100,
      "Per cent of a node's CPU that marking may take while tasks have work."
    ).live,
    duration(
      "periodic_cycle", \.periodicCycle, .milliseconds(100)...(.seconds(604_800)),
      "A cycle starts when none has for so long, unless GOGC is off."
    ),
  ]

  private static let time: [ConfigurationKey] = [
    duration(
      "heartbeat", \.heartbeat, .milliseconds(10)...(.seconds(60)),
      "How often coordinator and nodes say that they are there."),
    duration(
      "stop_limit", \.stopLimit, .milliseconds(1)...(.seconds(60)),
      "A stop that some node has not answered for so long is cancelled and tried again later."
    ),
    duration(
      "fence_after", \.fenceAfter, .milliseconds(100)...(.seconds(3_600)),
      "A node that is silent for so long is fenced: the others go on without it."),
    duration(
      "orphan_timeout", \.orphanTimeout, .milliseconds(100)...(.seconds(86_400)),
      "A node without a coordinator exits after so long."),
    duration(
      "launch_timeout", \.launchTimeout, .milliseconds(100)...(.seconds(3_600)),
      "How long `up` waits for the processes of the cluster, and a node for its coordinator."),
    duration(
      "duration_grace", \.durationGrace, .milliseconds(10)...(.seconds(86_400)),
      "A run that goes on for so long after its --duration is cancelled, and fails."),
    number(
      "time_scale", \.timeScale, 0.01...1_000,
      "Multiplies every limit of a wait but those of the command line (--timeout, --patience): "
        + "for debug builds, sanitizers and slow machines."),
  ]

  private static let links: [ConfigurationKey] = [
    bytes(
      "link_window", \.linkWindow, 65_536...(1 << 32),
      "Bytes that one node may have on the way to another; tasks that would send more wait."),
    duration(
      "link_acknowledge_after", \.linkAcknowledgeAfter, .microseconds(100)...(.seconds(1)),
      "An acknowledgement that found no message to ride on goes alone after so long."),
    duration(
      "link_resend_after", \.linkResendAfter, .milliseconds(10)...(.seconds(60)),
      "A message that was not acknowledged for so long is sent again."),
    integer(
      "grey_batch", \.greyBatch, 1...8_000,
      "References in one grey batch at most. A message is at most 64 KiB."),
  ]

  private static let rest: [ConfigurationKey] = [
    choice("log_level", \.logLevel, "The least important events that are written to disk.")
      .live,
    bytes(
      "log_file_bytes", \.logFileBytes, 65_536...(1 << 40),
      "A log file that would grow beyond this is put aside and a new one begun."),
    integer(
      "log_files", \.logFiles, 1...1_000, "Files kept of each process, the current one included."),
    integer(
      "seed", \.seed, 0...Int.max, "Where the cluster's own randomness starts (backoff, runs)."),
    bool(
      "lab", \.lab,
      "A laboratory cluster: rules may be switched off, and every line of it is marked unsafe."),
    rules(
      "without", \.without,
      "Rules of the marking protocol to switch off. What is lost then is lost for good."),
    bool(
      "poison_freed", \.poisonFreed,
      "Fill freed slots with a pattern, so that a touch of one is seen at once."),
    bytes(
      "lab_quarantine", \.labQuarantine, 0...(1 << 40),
      "In a laboratory, memory in which slots were freed is set aside until a node has so much of "
        + "it, or a quarter of its heap_limit. Until then a touch of a freed slot is seen."),
  ]

  private static func text(
    _ name: String, _ path: ConfigurationPath<String>, _ help: String, kind: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, kind: kind, help: help, isLive: false, read: { $0[keyPath: path] },
      write: { (c, text) throws(ValueProblem) in c[keyPath: path] = try address(text) })
  }

  private static func textOrOff(
    _ name: String, _ path: ConfigurationPath<String?>, _ help: String, kind: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, kind: kind + ", or off", help: help, isLive: false,
      read: { $0[keyPath: path] ?? "off" },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = text == "off" ? nil : try address(text)
      })
  }

  private static func address(_ text: String) throws(ValueProblem) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/")
    }
    guard isPlain, (1...255).contains(text.utf8.count) else {
      throw ValueProblem("'\(text)' is no address")
    }
    return text
  }

  private static func rules(
    _ name: String, _ path: ConfigurationPath<[Rule]>, _ help: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name,
      kind: "names, separated by commas, of "
        + Rule.allCases.map(\.rawValue).joined(separator: ", "),
      help: help, isLive: false,
      read: { $0[keyPath: path].map(\.rawValue).joined(separator: ",") },
      write: { (c, text) throws(ValueProblem) in
        var rules: [Rule] = []
        for word in text.split(separator: ",") {
          let name = word.drop { $0 == " " }
          let rule = try ConfigurationValue.choice(String(name), of: Rule.self)
          if !rules.contains(rule) { rules.append(rule) }
        }
        c[keyPath: path] = rules
      })
  }
}
