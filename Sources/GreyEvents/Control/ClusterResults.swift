// Results of `status`, `metrics`, `set`, `leave`, `down` and `heap show`.

import GreyBasics

package struct StatusResult: ControlResult {
  package static let schema = "greywave.status/1"

  package struct Coordinator: Hashable, Sendable, Codable {
    package var pid: Int
    package var host: String
    package var term: Term
    package var uptimeUs: Int
    package var version: String
    package var commit: String
    package init(
      pid: Int, host: String, term: Term, uptimeUs: Int, version: String, commit: String
    ) {
      self.pid = pid
      self.host = host
      self.term = term
      self.uptimeUs = uptimeUs
      self.version = version
      self.commit = commit
    }
  }

  package struct Node: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
      case member
      /// Asked to leave.
      case leaving
      /// Not heard for longer than two heartbeats.
      case silent
    }
    package var node: NodeID
    package var pid: Int
    package var host: String
    package var state: State
    package var heapBytes = 0
    // Zero: none.
    package var triggerBytes = 0
    package var goalBytes = 0
    package var limitBytes = 0
    package var objects = 0
    package var tasks = 0
    package var transitEntries = 0
    package var unacknowledgedBytes = 0
    package var malformedFrames = 0
    package var silentUs = 0
    package init(node: NodeID, pid: Int, host: String, state: State) {
      self.node = node
      self.pid = pid
      self.host = host
      self.state = state
    }
  }

  package var name: String
  package var phase: ClusterPhase
  package var epoch: Epoch
  package var coordinator: Coordinator
  package var nodes: [Node]
  package var runs: [RunSummary]
  package var cycles: Int
  package var lastCycle: CycleFigures?
  /// What can be changed by `set`, as it is now.
  package var settings: [SettingValue]
  /// Rules switched off: empty unless this is a lab cluster.
  package var withoutRules: [String]

  package init(
    name: String, phase: ClusterPhase, epoch: Epoch, coordinator: Coordinator, nodes: [Node],
    runs: [RunSummary], cycles: Int, lastCycle: CycleFigures?, settings: [SettingValue],
    withoutRules: [String]
  ) {
    self.name = name
    self.phase = phase
    self.epoch = epoch
    self.coordinator = coordinator
    self.nodes = nodes
    self.runs = runs
    self.cycles = cycles
    self.lastCycle = lastCycle
    self.settings = settings
    self.withoutRules = withoutRules
  }
}

package struct SettingValue: Hashable, Sendable, Codable {
  package var key: String
  package var value: String
  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

package struct SetResult: ControlResult {
  package static let schema = "greywave.set/1"
  package var key: String
  package var previous: String
  package var value: String
  /// Who has been told.
  package var nodes: [NodeID]
  /// What is allowed, and seldom meant; absent where there is nothing to say.
  package var warning: String?
  package init(
    key: String, previous: String, value: String, nodes: [NodeID], warning: String? = nil
  ) {
    self.key = key
    self.previous = previous
    self.value = value
    self.nodes = nodes
    self.warning = warning
  }
}

package struct LeaveResult: ControlResult {
  package static let schema = "greywave.leave/1"
  package var node: NodeID
  package var members: [NodeID]
  package init(node: NodeID, members: [NodeID]) {
    self.node = node
    self.members = members
  }
}

package struct DownResult: ControlResult {
  package static let schema = "greywave.down/1"
  package var name: String
  package var nodes: [NodeID]
  package init(name: String, nodes: [NodeID]) {
    self.name = name
    self.nodes = nodes
  }
}

/// One figure, under its `runtime/metrics` name where Go has one: `/gc/heap/allocs:bytes`.
package struct Metric: Hashable, Sendable, Codable {
  package var name: String
  package var value: Double
  package init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
  // Bounds: 0 where there is none, and then the cluster has none either.
  package static let heapGoal = "/gc/heap/goal:bytes"
  package static let memoryLimit = "/gc/gomemlimit:bytes"
  /// A setting, the same on every node, and no summand.
  package static let gogc = "/gc/gogc:percent"
  /// What it is where Go would say 2⁶⁴ − 1.
  package static let gogcOff = -1
  /// Counted by every process.
  package static let malformedFrames = "/greywave/frames/malformed:frames"
}

package struct MetricsResult: ControlResult {
  package static let schema = "greywave.metrics/1"

  package struct Node: Hashable, Sendable, Codable {
    package var node: NodeID
    package var metrics: [Metric]
    package init(node: NodeID, metrics: [Metric]) {
      self.node = node
      self.metrics = metrics
    }
  }
  /// The coordinator's own (cycles, stops, members) and the sums over the nodes.
  package var cluster: [Metric]
  package var nodes: [Node]

  /// - Parameter own: the coordinator's figures; the sums come behind them. One that nodes have as
  ///   well is added to theirs.
  package init(own: [Metric], nodes: [Node]) {
    self.nodes = nodes
    let all = own + nodes.flatMap(\.metrics)
    var names: [String] = []
    var values: [String: [Double]] = [:]
    for metric in all {
      if values[metric.name] == nil { names.append(metric.name) }
      values[metric.name, default: []].append(metric.value)
    }
    cluster = names.map { name in
      Metric(name: name, value: Self.together(name, values[name] ?? []))
    }
  }

  private static func together(_ name: String, _ values: [Double]) -> Double {
    switch name {
    case Metric.gogc: return values.first ?? 0
    case Metric.heapGoal, Metric.memoryLimit:
      let none = Double(HeapBound.none)
      return values.contains(none) ? none : values.reduce(0, +)
    default: return values.reduce(0, +)
    }
  }

  /// Only these, of the cluster and of every node.
  package func filtered(_ isWanted: (Metric) -> Bool) -> MetricsResult {
    var result = self
    result.cluster = cluster.filter(isWanted)
    result.nodes = nodes.map { Node(node: $0.node, metrics: $0.metrics.filter(isWanted)) }
    return result
  }
}

package struct HeapShowResult: ControlResult {
  package static let schema = "greywave.heap/1"

  package struct Span: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
      case free
      case inUse = "in_use"
      case unswept, large
      /// Free, and without memory behind it: given back to the system, or never used.
      case scavenged
      /// Of a laboratory: slots of it were freed lately, and nothing is allocated from it.
      case quarantined
    }
    /// In pages from the start of the arena.
    package var firstPage: Int
    package var pages: Int
    package var state: State
    /// Of the slots; zero for free spans.
    package var elementBytes: Int
    package var isNoscan: Bool
    package var usedSlots: Int
    package var slots: Int
    package init(
      firstPage: Int, pages: Int, state: State, elementBytes: Int = 0,
      isNoscan: Bool = false, usedSlots: Int = 0, slots: Int = 0
    ) {
      self.firstPage = firstPage
      self.pages = pages
      self.state = state
      self.elementBytes = elementBytes
      self.isNoscan = isNoscan
      self.usedSlots = usedSlots
      self.slots = slots
    }
  }
  package struct Node: Hashable, Sendable, Codable {
    package var node: NodeID
    package var pageBytes: Int
    package var heapBytes: Int
    /// Zero: none.
    package var goalBytes: Int
    /// In the order of their pages.
    package var spans: [Span]
    /// Those behind them that were too many to tell.
    package var spansLeftOut: Int
    package init(
      node: NodeID, pageBytes: Int, heapBytes: Int, goalBytes: Int, spans: [Span],
      spansLeftOut: Int = 0
    ) {
      self.spansLeftOut = spansLeftOut
      self.node = node
      self.pageBytes = pageBytes
      self.heapBytes = heapBytes
      self.goalBytes = goalBytes
      self.spans = spans
    }
  }
  package var nodes: [Node]
  package init(nodes: [Node]) { self.nodes = nodes }
}
