// The size of what is explored, as options.
//
// An option that was not given is nil, not its default: so one that a walk would not look at is
// refused by name, and never ignored.

import ArgumentParser
import GreyBasics
import GreyExplorer

package struct ExploreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Nodes, 1 to 3. Default: 2.", valueName: "count"))
  package var nodes: Int?
  @Option(
    help: ArgumentHelp(
      "Objects that may live at a time, spread over the nodes. Default: 2.", valueName: "count"))
  package var objects: Int?
  @Option(
    help: ArgumentHelp(
      "The node of each object, from 1, in place of --objects: '1,1'.", valueName: "nodes"))
  package var owners: String?
  @Option(help: ArgumentHelp("Frame slots of a task. Default: 2.", valueName: "count"))
  package var slots: Int?
  @Option(
    help: ArgumentHelp(
      "Tasks a node, 1 or 2, each scanned by itself. Default: 1.", valueName: "count"))
  package var tasks: Int?
  @Option(
    help: ArgumentHelp(
      "Messages of tasks that may be under way. Default: 1.", valueName: "count"))
  package var messages: Int?
  @Option(help: ArgumentHelp("Collections. Default: 1.", valueName: "count"))
  package var cycles: Int?
  @Flag(help: "Every node has a global.") package var globals = false
  @Flag(help: "Leave out remote reads and writes: references are only sent.")
  package var noRemoteFields = false
  @Flag(help: "What goes over a stop line may overtake all else between its two ends.")
  package var stopLines = false
  @Option(
    help: ArgumentHelp(
      "When stop 2 may begin: reports reach the detector at once (the default) or are delayed, "
        + "or it may come at any time."))
  package var candidates: Candidates?
  @Flag(help: "A stop may be cancelled; given twice, two of them.") package var cancel: Int
  @Flag(help: "A node's lease may end in a stop.") package var lease: Int
  @Flag(help: "A node may die.") package var crash: Int
  @Flag(help: "The coordinator may die and be followed by another.") package var restart: Int
  @Flag(help: "The coordinator may die with nobody to follow.") package var silence = false
  @Flag(help: "The last node is not there at the start, and may join.") package var join: Int
  @Flag(help: "A message or batch may arrive twice; --without link-sequence only.")
  package var duplicate: Int
  @Flag(
    help: ArgumentHelp(
      "Walk states that differ by the names of nodes and objects only each by itself."))
  package var noSymmetry = false
  @Option(
    help: ArgumentHelp(
      "Switch off these rules of the protocol, and see what is lost.", valueName: "rule,…"))
  package var without: RulesArgument?

  package init() {}

  package func validate() throws {
    if owners != nil, objects != nil {
      throw ValidationError(
        "--owners conflicts with --objects: it says how many there are, and where")
    }
    if duplicate > 0, !rules.contains(.linkSequence) {
      throw ValidationError(
        "--duplicate needs --without link-sequence: with that rule nothing arrives twice")
    }
    if let rule = rules.first(where: { RuleTable.row($0).expectation == .notExplored }) {
      throw ValidationError("--without \(rule.rawValue): nothing of this rule is in the model")
    }
  }

  package var rules: [Rule] { without?.rules ?? [] }

  /// The options of a cluster's walk that were given, as they are written. Every option here but
  /// `--without` is one: another walk would not look at them, so they are refused there.
  package var given: [String] {
    let all = [
      ("--nodes", nodes != nil), ("--objects", objects != nil), ("--owners", owners != nil),
      ("--slots", slots != nil), ("--tasks", tasks != nil), ("--messages", messages != nil),
      ("--cycles", cycles != nil), ("--globals", globals), ("--no-remote-fields", noRemoteFields),
      ("--stop-lines", stopLines), ("--candidates", candidates != nil), ("--cancel", cancel > 0),
      ("--lease", lease > 0),
      ("--crash", crash > 0), ("--restart", restart > 0), ("--silence", silence),
      ("--join", join > 0), ("--duplicate", duplicate > 0), ("--no-symmetry", noSymmetry),
    ]
    return all.filter(\.1).map(\.0)
  }

  package func scope() throws(CommandFailure) -> Scope {
    var scope = Scope()
    if let nodes { scope.nodes = nodes }
    guard (1...Scope.nodeLimit).contains(scope.nodes) else {
      throw CommandFailure(
        .usage, "--nodes must be from 1 to \(Scope.nodeLimit), not \(scope.nodes)")
    }
    scope.owners = try ownerList(over: scope.nodes)
    if let slots { scope.slots = slots }
    if let tasks { scope.tasks = tasks }
    if let messages { scope.messages = messages }
    if let cycles { scope.cycles = cycles }
    scope.hasGlobals = globals
    scope.hasRemoteFields = !noRemoteFields
    scope.hasStopLines = stopLines
    if let candidates { scope.candidates = candidates }
    scope.cancels = cancel
    scope.leases = lease
    scope.crashes = crash
    scope.restarts = restart
    scope.mayFallSilent = silence
    scope.joins = join
    scope.duplicates = duplicate
    scope.usesSymmetry = !noSymmetry
    scope.rules = RuleSet(without: rules)
    if let complaint = scope.complaint { throw CommandFailure(.usage, complaint) }
    return scope
  }

  private func ownerList(over nodes: Int) throws(CommandFailure) -> [Int] {
    guard let owners else {
      guard let objects else { return Scope.spread(Scope().owners.count, over: nodes) }
      guard (1...Scope.cellLimit).contains(objects) else {
        throw CommandFailure(
          .usage, "--objects must be from 1 to \(Scope.cellLimit), not \(objects)")
      }
      return Scope.spread(objects, over: nodes)
    }
    var places: [Int] = []
    for text in owners.split(separator: ",", omittingEmptySubsequences: false) {
      guard let node = Int(text), (1...nodes).contains(node) else {
        throw CommandFailure(
          .usage, "--owners: '\(text)' is no node from 1 to \(nodes); write --owners 1,2")
      }
      places.append(node - 1)
    }
    return places
  }
}

extension Candidates: ExpressibleByArgument {}
