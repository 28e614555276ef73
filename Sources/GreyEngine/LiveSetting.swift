// What of a configuration can be changed while the cluster runs: a closed set.
//
// A change reaches the nodes one by one, at any time, and a node that joins later gets it with its
// welcome. So only what each process may hold for itself is here: what two of them have to agree on
// (limits of time, sizes of windows) holds from `up` to `down`. The coordinator reads the text
// before any node hears of it, and every node reads the same text.

import GreyBasics
import GreyCollector
import GreyEvents

package enum LiveSetting: Hashable, Sendable {
  /// Per cent; nil: off.
  case gogc(Int?)
  /// Bytes; nil: off.
  case memoryLimit(Int?)
  /// Bytes, at GOGC 100.
  case minimumHeap(Int)
  /// Per cent of the workers' time.
  case markUtilization(Int)
  /// Of every process.
  case logLevel(EventLevel)

  /// As a configuration names them.
  package static let keys = [
    "GOGC", "GOMEMLIMIT", "minimum_heap", "mark_utilization", "log_level",
  ]

  /// Go lets people do so, and so do we; but they are told.
  package static let nothingStartsCycles =
    "GOGC is off, and there is neither a GOMEMLIMIT nor a heap_limit: no cycle starts by itself, "
    + "and the heaps grow until memory ends"

  package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  package init(_ key: String, _ value: String) throws(Refusal) {
    switch key {
    case "GOGC":
      do { self = .gogc(try PacerSettings.parseGOGC(value)) } catch {
        throw Refusal(description: "\(error)")
      }
    case "GOMEMLIMIT":
      do { self = .memoryLimit(try PacerSettings.parseMemoryLimit(value)) } catch {
        throw Refusal(description: "\(error)")
      }
    case "minimum_heap":
      // A size is written as Go writes its limit, except that there is always one.
      guard let bytes = try? PacerSettings.parseMemoryLimit(value), bytes >= 4_096 else {
        throw Refusal(
          description: "minimum_heap=\(value) is not understood: give a size from 4KiB on")
      }
      self = .minimumHeap(bytes)
    case "mark_utilization":
      guard let percent = Int(value), (1...100).contains(percent) else {
        throw Refusal(
          description:
            "mark_utilization=\(value) is not understood: give a percentage from 1 to 100")
      }
      self = .markUtilization(percent)
    case "log_level":
      guard let level = EventLevel(rawValue: value) else {
        let levels = EventLevel.allCases.map(\.rawValue).joined(separator: ", ")
        throw Refusal(description: "log_level=\(value) is not understood: give one of \(levels)")
      }
      self = .logLevel(level)
    default:
      throw Refusal(
        description: "'\(key)' cannot be changed while the cluster runs; these can: "
          + Self.keys.joined(separator: ", "))
    }
  }
}

extension PacerSettings {
  /// What a setting means to the pacer; nothing to it is false.
  mutating func apply(_ setting: LiveSetting) -> Bool {
    switch setting {
    case .gogc(let percent): gogc = percent
    case .memoryLimit(let bytes): softLimit = bytes
    case .minimumHeap(let bytes): minimumHeapAtHundred = bytes
    case .markUtilization(let percent): backgroundUtilization = Double(percent) / 100
    case .logLevel: return false
    }
    return true
  }
}
