// stub
extension Replay {
  package func story() throws -> [String] { steps.map(\.description) + [violation.detail] }
}
