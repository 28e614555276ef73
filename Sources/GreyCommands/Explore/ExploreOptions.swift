// The size of what is explored, as options.

import ArgumentParser
import GreyBasics
import GreyExplorer
import GreyMutator

package struct ExploreOptions: ParsableArguments {
  @Option(help: "Nodes, 1 to 3.") package var nodes = 2
  @Option(help: "Objects that may live at a time, spread over the nodes.")
  package var objects = 2
  @Option(
    help: ArgumentHelp(
      "The node of each object, from 1, in place of --objects: '1,1'.", valueName: "nodes"))
  package var owners: String?
  @Option(help: "Frame slots of a task.") package var slots = 2
  @Option(help: "Tasks a node, 1 or 2, each scanned by itself.") package var tasks = 1
  @Option(help: "Messages of tasks that may be under way.") package var messages = 1
  @Option(help: "Collections.") package var cycles = 1
  @Flag(help: "Every node has a global.") package var globals = false
  @Flag(help: "Leave out remote reads and writes: references are only sent.")
  package var noRemoteFields = false
  @Option(
    help: ArgumentHelp(
      "Reports to the detector: at-once, delayed; or any: stop 2 may come at any time."))
  package var candidates = Candidates.atOnce
  @Flag(help: "A stop may be cancelled; given twice, two of them.") package var cancel: Int
  @Flag(help: "A node's lease may end in a stop.") package var lease: Int
  @Flag(help: "A node may die.") package var crash: Int
  @Flag(help: "The coordinator may die and be followed by another.") package var restart: Int
  @Flag(help: "The coordinator may die with nobody to follow.") package var silence = false
  @Flag(help: "The last node is not there at the start, and may join.") package var join: Int
  @Flag(help: "A message or batch may arrive twice (seen only without link-sequence).")
  package var duplicate: Int
  @Option(
    help: ArgumentHelp(
      "Rules to switch off, separated by commas.", valueName: "rules"))
  package var without: String?

  package init() {}

  package func scope() throws(CommandFailure) -> Scope {
    var scope = Scope()
    scope.nodes = nodes
    scope.owners = try ownerList()
    scope.slots = slots
    scope.tasks = tasks
    scope.messages = messages
    scope.cycles = cycles
    scope.hasGlobals = globals
    scope.hasRemoteFields = !noRemoteFields
    scope.candidates = candidates
    scope.cancels = cancel
    scope.leases = lease
    scope.crashes = crash
    scope.restarts = restart
    scope.mayFallSilent = silence
    scope.joins = join
    scope.duplicates = duplicate
    scope.rules = RuleSet(without: try rules())
    if let complaint = scope.complaint { throw CommandFailure(.usage, complaint) }
    return scope
  }

  private func ownerList() throws(CommandFailure) -> [Int] {
    guard let owners else {
      guard (1...Scope.cellLimit).contains(objects), nodes > 0 else {
        throw CommandFailure(.usage, "--objects must be from 1 to \(Scope.cellLimit)")
      }
      return Scope.spread(objects, over: nodes)
    }
    var places: [Int] = []
    for text in owners.split(separator: ",", omittingEmptySubsequences: false) {
      guard let node = Int(text), (1...max(1, nodes)).contains(node) else {
        throw CommandFailure(
          .usage, "--owners: '\(text)' is no node from 1 to \(nodes); write --owners 1,2")
      }
      places.append(node - 1)
    }
    return places
  }

  private func rules() throws(CommandFailure) -> [Rule] {
    var rules: [Rule] = []
    for name in without?.split(separator: ",") ?? [] {
      guard let rule = Rule(rawValue: String(name)) else {
        let hint = NearestName.of(String(name), in: Rule.allCases.map(\.rawValue))
        throw CommandFailure(
          .usage, "there is no rule '\(name)'" + (hint.map { "; did you mean '\($0)'?" } ?? ""))
      }
      rules.append(rule)
    }
    return rules
  }
}

extension Candidates: ExpressibleByArgument {}
