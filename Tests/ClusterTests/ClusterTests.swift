// Clusters of real processes: the program under test is driven as a person or a script drives it.
//
// `GREYWAVE_BINARY` names the program (`cluster/test` sets it); without it nothing here runs.
// `GREYWAVE_ALL=1` adds the long tests. One cluster at a time: two cores are enough for one, and a
// machine that is busy with another would make limits of time meaningless. (`cluster/test` runs the
// suites whose limits leave room for that, the patient ones, in a second process beside.)

import Testing

@Suite(
  .serialized,
  .enabled(
    if: Settings.binary != nil,
    "GREYWAVE_BINARY does not name the program to test: cluster/test sets it"))
struct ClusterTests {}

extension Trait where Self == ConditionTrait {
  /// Takes long: runs with `GREYWAVE_ALL=1` only.
  static var long: Self {
    .enabled(if: Settings.all, "a long test: GREYWAVE_ALL=1 runs it")
  }
}
