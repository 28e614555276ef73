// Seeds that once lost an object with every rule in force, one line each, with the reason.

import GreyBasics
import GreySimulator
import Testing

@Suite struct RegressionTests {
  @Test(arguments: [
    // A reference that a message's sender had shaded waited for a marker. It came back, stamped,
    // and was taken for known before the marker got to it.
    Case(seed: 173, workers: 2), Case(seed: 299, workers: 2), Case(seed: 396, workers: 2),
  ])
  func nothingIsLost(_ regression: Case) throws {
    var temper = Temper(seed: regression.seed)
    temper.workers = regression.workers
    let verdict = try Experiment(seed: regression.seed, temper: temper).run()
    #expect(verdict.violation == nil)
  }

  struct Case: Sendable {
    let seed: UInt64
    let workers: Int
  }
}
