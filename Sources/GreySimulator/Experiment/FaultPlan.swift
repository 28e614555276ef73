// Which faults may come next in an experiment: each kind as often as its temper says, and never so
// that nothing is left to collect.

import GreyEngine

struct FaultPlan {
  private var disconnects: Int
  private var deaths: Int
  private var leaves: Int
  private var joins: Int
  private var restarts: Int

  init(_ temper: Temper) {
    disconnects = temper.disconnects
    deaths = temper.deaths
    leaves = temper.leaves
    joins = temper.joins
    restarts = temper.restarts
  }

  /// In an order that depends on the world alone.
  func possible(in cluster: SimulatedCluster) -> [Fault] {
    var faults: [Fault] = []
    let present = cluster.processes.filter { $0.core != nil }.map(\.index)
    if disconnects > 0 {
      for (place, process) in present.enumerated() {
        faults.append(.disconnect(.coordinator, .process(process)))
        for other in present[(place + 1)...] {
          faults.append(.disconnect(.process(process), .process(other)))
        }
      }
    }
    if present.count > 1 {
      for process in present where deaths > 0 { faults += [.kill(process), .crash(process)] }
      for process in present where leaves > 0 { faults.append(.leave(process)) }
    }
    if joins > 0 { faults.append(.join) }
    if restarts > 0 { faults.append(.restartCoordinator) }
    return faults
  }

  mutating func happened(_ fault: Fault) {
    switch fault {
    case .disconnect: disconnects -= 1
    case .kill, .crash: deaths -= 1
    case .leave: leaves -= 1
    case .join: joins -= 1
    case .restartCoordinator: restarts -= 1
    }
  }
}
