// The readable form of a log line: time, who, what happened, in one line a person can skim.
//
//   04:05:06.123456  coordinator  e7  phase     mark → stop2: candidate confirmed by 4 nodes
//
// Colour says how much a line matters and is left out unless a terminal asks for it. Line breaks
// in what a run printed are shown as such, so that one event stays one line.

import GreyBasics

package enum EventText {
  package static func line(_ record: EventRecord, colour: Bool = false) -> String {
    let who = pad(record.process.description, 11)
    let epoch = pad(record.epoch == .zero ? "" : "e\(record.epoch)", 5)
    let (word, text) = describe(record.event)
    let unsafe = record.isUnsafe ? "UNSAFE " : ""
    let said = unsafe + oneLine(text)
    guard colour else {
      return "\(record.time.clock)  \(who)  \(epoch)  \(pad(word, 9)) \(said)"
    }
    let tone = tone(record)
    return Colour.dim.wrap(record.time.clock) + "  " + processColour(record.process).wrap(who)
      + "  " + Colour.dim.wrap(epoch) + "  " + tone.wrap(pad(word, 9)) + " "
      + (record.level >= .warning ? tone.wrap(said) : said)
  }

  private static func tone(_ record: EventRecord) -> Colour {
    switch record.level {
    case .debug: return .dim
    case .warning: return .yellow
    case .error: return .red
    case .info:
      if case .cycleFinished = record.event { return .green }
      return .bold
    }
  }

  /// Every process keeps its colour over the whole log.
  private static func processColour(_ process: ProcessName) -> Colour {
    guard case .node(let id) = process else { return .bold }
    return [.cyan, .magenta, .blue, .green, .yellow][Int(id.rawValue) % 5]
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Without control characters either: what a program printed must not steer a terminal.
  private static func oneLine(_ text: String) -> String {
    let line =
      text.contains { $0.isNewline } ? text.split { $0.isNewline }.joined(separator: " ⏎ ") : text
    guard line.unicodeScalars.contains(where: isControl) else { return line }
    return String(
      String.UnicodeScalarView(line.unicodeScalars.map { isControl($0) ? "·" : $0 }))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
  }

  private static func names(_ nodes: [NodeID]) -> String {
    nodes.isEmpty
      ? "no members" : "members " + nodes.map { "\($0.rawValue)" }.joined(separator: " ")
  }

  /// What has happened, alone.
  package static func sentence(_ event: Event) -> String { oneLine(describe(event).text) }

  /// A word for the column, and the sentence.
  static func describe(_ event: Event) -> (word: String, text: String) {
    switch event {
    case .processStarted, .processEnded, .unsafeLab, .settingChanged: process(event)
    case .nodeJoined, .nodeLeft, .nodeFenced, .nodeRefused, .coordinatorLost,
      .coordinatorTakenOver:
      membership(event)
    case .phaseTransition, .stopReached, .stopCancelled, .leaseEnded, .falseCandidate,
      .cycleStarted, .cycleAborted, .cycleFinished, .pacerDecision:
      cycle(event)
    case .runStarted, .runOutput, .runEnded, .runCancelled: run(event)
    case .malformedFrame, .linkStalled, .linkResumed, .linkReconnected, .linkQuiet,
      .stopLinesUnavailable:
      link(event)
    case .lostObject, .outOfMemory, .memoryReleased: heap(event)
    case .libraryMessage(_, let source, let text, let metadata):
      ("library", "\(source): \(text)" + (metadata == .object([]) ? "" : " \(metadata.line)"))
    case .remark(let text): ("remark", text)
    }
  }

  private static func process(_ event: Event) -> (String, String) {
    switch event {
    case .processStarted(let pid, let cluster, let version, let commit, let host):
      ("start", "pid \(pid) of cluster \(cluster) on \(host), greywave \(version) (\(commit))")
    case .processEnded(let pid, let reason, let exitCode):
      ("end", "pid \(pid), exit \(exitCode): \(reason)")
    case .unsafeLab(let rules):
      ("LAB", "rules switched off: \(rules.joined(separator: ", ")); objects may be lost")
    case .settingChanged(let key, let from, let to): ("set", "\(key): \(from) → \(to)")
    default: ("", "")
    }
  }

  private static func membership(_ event: Event) -> (String, String) {
    switch event {
    case .nodeJoined(let node, let pid, let host, let endpoint, let members):
      ("join", "\(node), pid \(pid) on \(host) at \(endpoint); \(names(members))")
    case .nodeLeft(let node, let members): ("leave", "\(node) left; \(names(members))")
    case .nodeFenced(let node, let cause, let silentUs, let members):
      (
        "FENCE",
        "\(node): \(cause), last heard \(Text.microseconds(silentUs)) ago; \(names(members))"
      )
    case .nodeRefused(let peer, let reason): ("refuse", "\(peer): \(reason)")
    case .coordinatorLost(let term, let silentUs):
      ("orphan", "coordinator of term \(term) silent for \(Text.microseconds(silentUs))")
    case .coordinatorTakenOver(let term, let members, let highest):
      ("takeover", "term \(term), \(names(members)), highest epoch \(highest)")
    default: ("", "")
    }
  }

  private static func cycle(_ event: Event) -> (String, String) {
    switch event {
    case .phaseTransition(let from, let to, let cause, let term):
      (
        "phase",
        "\(from.rawValue) → \(to.rawValue): \(cause)"
          + (term > Term(rawValue: 1) ? " (term \(term))" : "")
      )
    case .stopReached(let stop, let phase, let nodes, let elapsedUs):
      (
        "stop",
        "stop \(stop) (\(phase.rawValue)): \(Text.plural(nodes, "node")) stand still after "
          + Text.microseconds(elapsedUs)
      )
    case .stopCancelled(let stop, let phase, let waitedUs, let blamed, let retryUs):
      (
        "CANCEL",
        "stop \(stop) (\(phase.rawValue)) after \(Text.microseconds(waitedUs)): "
          + Text.list(blamed.map { "\($0.node) in \($0.task.isEmpty ? "no task" : $0.task)" })
          + " reached no safepoint; everybody goes on, next try in "
          + Text.microseconds(retryUs)
      )
    case .leaseEnded(let node, let stop, let phase):
      (
        "lease",
        "\(node): stop \(stop) (\(phase.rawValue)) was never ended by the coordinator; "
          + (phase == .stop1 ? "the epoch is aborted here" : "marking goes on")
      )
    case .falseCandidate(let wave, let reason): ("false", "candidate of wave \(wave): \(reason)")
    case .cycleStarted(_, let trigger, let reason, let heap, let triggerBytes):
      (
        "cycle",
        "starts (\(trigger.rawValue): \(reason)); heap \(Text.bytes(heap)), trigger "
          + Text.bound(triggerBytes)
      )
    case .cycleAborted(let phase, let cause): ("ABORT", "in \(phase.rawValue): \(cause)")
    case .cycleFinished(let figures): ("cycle", finished(figures))
    case .pacerDecision(let node, let goal, let trigger, let live, let ratio, let gogc, let limit):
      (
        "pacer",
        "\(node): live \(Text.bytes(live)), trigger \(Text.bound(trigger)), goal "
          + "\(Text.bound(goal)), GOGC \(gogc < 0 ? "off" : "\(gogc)"), limit "
          + "\(limit.map(Text.bytes) ?? "off"), assist \(Text.digits(ratio))"
      )
    default: ("", "")
    }
  }

  private static func finished(_ f: CycleFigures) -> String {
    "\(f.cycle) done (\(f.trigger.rawValue)): stop 1 \(Text.microseconds(f.stop1Us)), mark "
      + "\(Text.microseconds(f.markUs)), stop 2 \(Text.microseconds(f.stop2Us)), sweep "
      + "\(Text.microseconds(f.sweepUs)); heap \(Text.bytes(f.heapStartBytes)) → "
      + "\(Text.bytes(f.heapLiveBytes)), freed \(Text.plural(f.objectsFreed, "object"))"
  }

  private static func run(_ event: Event) -> (String, String) {
    switch event {
    case .runStarted(let run, let workload, let parameters, let seed, let nodes):
      (
        "run",
        "\(run) starts: \(workload) \(parameters.line) seed \(seed) on "
          + Text.plural(nodes.count, "node")
      )
    case .runOutput(let run, let node, let text): ("output", "run \(run), \(node): \(text)")
    case .runEnded(let run, let workload, let ok, let elapsedUs, let message, let result):
      (
        ok ? "run" : "RUN",
        "\(run) \(ok ? "ok" : "FAILED"): \(workload) after \(Text.microseconds(elapsedUs))"
          + (message.isEmpty ? "" : ": \(message)") + (result == .null ? "" : " \(result.line)")
      )
    case .runCancelled(let run, let workload, let cause):
      ("run", "\(run) cancelled: \(workload): \(cause)")
    default: ("", "")
    }
  }

  private static func link(_ event: Event) -> (String, String) {
    switch event {
    case .malformedFrame(let peer, let reason, let bytes, let total):
      ("frame", "malformed, \(Text.bytes(bytes)) from \(peer): \(reason) (\(total) so far)")
    case .linkStalled(let peer, let queued, let window):
      ("link", "to \(peer) is full: \(Text.bytes(queued)) of \(Text.bytes(window))")
    case .linkResumed(let peer, let stalledUs):
      ("link", "to \(peer) goes on after \(Text.microseconds(stalledUs))")
    case .linkReconnected(let peer, let resent):
      ("link", "to \(peer) is back, \(Text.plural(resent, "frame")) sent again")
    case .linkQuiet(let peer, let quietUs, let queued):
      (
        "link",
        "to \(peer): nothing confirmed for \(Text.microseconds(quietUs)), \(Text.bytes(queued)) "
          + "unconfirmed: connecting anew"
      )
    case .stopLinesUnavailable(let path, let errno, let reason):
      (
        "lines",
        "no stop lines: \(path) cannot be bound: \(reason) (errno \(errno)); stops go over ZeroMQ "
          + "and take longer"
      )
    default: ("", "")
    }
  }

  private static func heap(_ event: Event) -> (String, String) {
    switch event {
    case .lostObject(let run, let node, let object, let detail):
      (
        "LOST",
        "\(object.map { "object \($0)" } ?? "an object") was freed and is still used on \(node) by "
          + "run \(run): \(detail)"
      )
    case .outOfMemory(_, let node, let task, let taskNode, let requested, let limit):
      (
        "MEMORY",
        "out of memory: \(task) on \(taskNode) "
          + (requested > 0 ? "asked for \(Text.bytes(requested))" : "needs more") + " on \(node)"
          + (limit > 0 ? ", whose heap has a limit of \(Text.bytes(limit))" : "")
          + ", and a collection makes no room: raise heap_limit (or heap_arena), take more nodes, "
          + "or give it less to do"
      )
    case .memoryReleased(let bytes): ("memory", "\(Text.bytes(bytes)) back to the system")
    default: ("", "")
    }
  }
}
