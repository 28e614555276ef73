// Scanning roots, a bounded piece a quantum: stopping at most one task at a time.
//
// The transit table is scanned at any time (T). A message that leaves it before the scan has been
// placed by a receiver that has shaded it (R) or was not marking yet; one that enters it afterwards
// was shaded when it was sent (S). Globals, mailboxes and wait records change only through shades.

import GreyBasics
import GreyCollector

extension Worker {
  /// True when something was scanned.
  func scanRoots() -> Bool {
    guard marking != .zero, scan?.isDone == false else { return false }
    var words = configuration.rootWordsAQuantum
    while words > 0, let stage = scan?.stage, stage != .done {
      switch stage {
      case .transit: scanTransit(&words)
      case .records: scanRecords(&words)
      case .globals: scanGlobals(&words)
      case .tasks: scanTasks(&words)
      case .done: break
      }
    }
    return true
  }

  /// Says once that all roots are scanned: the marker has given everything away before.
  func reportScanned() {
    guard let scan, scan.isDone, !scan.isReported, marking == scan.epoch else { return }
    self.scan?.isReported = true
    put(.rootsScanned(scan.epoch))
  }

  private func root(_ raw: UInt64) {
    counters.rootsScanned += 1
    if !Reference(rawValue: raw).isNowhere { shade(raw) }
  }

  private func advance(to stage: RootScan.Stage) {
    scan?.stage = stage
    scan?.index = 0
  }

  private func scanTransit(_ words: inout Int) {
    guard MarkingRules.scansTransitTable(rules) else { return advance(to: .records) }
    var index = scan?.index ?? 0
    while index < transit.limit, words > 0 {
      words -= 1
      transit.forEachReference(at: index) { raw in
        words -= 1
        root(raw)
      }
      index += 1
    }
    scan?.index = index
    if index >= transit.limit { advance(to: .records) }
  }

  private func scanRecords(_ words: inout Int) {
    var index = scan?.index ?? 0
    while index < requests.limit, words > 0 {
      words -= 1
      if let raw = requests[at: index]?.object { root(raw) }
      index += 1
    }
    scan?.index = index
    if index >= requests.limit { advance(to: .globals) }
  }

  private func scanGlobals(_ words: inout Int) {
    guard let epoch = scan?.epoch else { return }
    if scan?.globals == nil {
      // In the order in which the runs started.
      guard let run = runs.first(where: { $0.globals.claim(epoch) }) else {
        return advance(to: .tasks)
      }
      scan?.globals = (run.globals, 0)
    }
    guard let (block, start) = scan?.globals else { return }
    let end = min(block.count, start + max(1, words))
    for index in start..<end { root((block.words + index * 8).relaxedWord) }
    words -= end - start + 1
    scan?.globals = end == block.count ? nil : (block, end)
  }

  private func scanTasks(_ words: inout Int) {
    guard let left = scan?.tasksLeft, let epoch = scan?.epoch else { return }
    guard left > 0 else { return advance(to: .done) }
    let place = left - 1
    guard place < tasks.count, tasks[place].scanned != epoch else {
      scan?.tasksLeft = place
      return
    }
    let task = tasks[place]
    if task.scanCursor == nil { task.mailbox.forEachReference { root($0) } }
    task.scanCursor = TaskStack.scan(
      from: task.scanCursor ?? task.core.pointee.slots, words: &words
    ) { root($0) }
    words -= 4
    scan?.task = task.scanCursor == nil ? nil : task
    if task.scanCursor == nil {
      task.scanned = epoch
      scan?.tasksLeft = place
    }
  }
}
