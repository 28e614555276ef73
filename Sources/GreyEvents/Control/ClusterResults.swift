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
      /// Accepted, a member from the next cycle boundary on.
      case joining
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
  package init(key: String, previous: String, value: String, nodes: [NodeID]) {
    self.key = key
    self.previous = previous
    self.value = value
    self.nodes = nodes
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
  /// The one figure that is a bound: 0 where there is none, and then no summand.
  package static let heapGoal = "/gc/heap/goal:bytes"
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
  /// The cluster's own (cycles, stops, links) and the sums over the nodes.
  package var cluster: [Metric]
  package var nodes: [Node]

  /// - Parameter own: figures that the coordinator alone has; the sums come behind them.
  package init(own: [Metric], nodes: [Node]) {
    self.nodes = nodes
    var names: [String] = []
    var sums: [String: Double] = [:]
    for metric in nodes.flatMap(\.metrics) {
      if sums[metric.name] == nil { names.append(metric.name) }
      sums[metric.name, default: 0] += metric.value
    }
    let goals = nodes.flatMap(\.metrics).filter { $0.name == Metric.heapGoal }
    if goals.contains(where: { $0.value == Double(HeapBound.none) }) {
      sums[Metric.heapGoal] = Double(HeapBound.none)
    }
    cluster = own + names.map { Metric(name: $0, value: sums[$0] ?? 0) }
  }
}

package struct HeapShowResult: ControlResult {
  package static let schema = "greywave.heap/1"

  package struct Span: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
      case free
      case inUse = "in_use"
      case unswept, large, scavenged
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
