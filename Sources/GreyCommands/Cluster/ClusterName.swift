// The name of a cluster: what its sockets, locks and records are filed under.

package struct ClusterName: Hashable, Sendable, CustomStringConvertible {
  package static let standard = ClusterName(checked: "local")
  package let description: String

  private init(checked: String) { description = checked }

  /// Nil unless it is 1 to 32 of a-z, 0-9 and '-'.
  package init?(_ text: String) {
    let allowed = "abcdefghijklmnopqrstuvwxyz0123456789-".utf8
    guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy({ allowed.contains($0) }) else {
      return nil
    }
    description = text
  }

  /// The flag, else GREYWAVE_CLUSTER, else `local`.
  package static func choose(
    flag: String?, environment: [String: String]
  ) throws(CommandFailure) -> ClusterName {
    let variable = environment["GREYWAVE_CLUSTER"].flatMap { $0.isEmpty ? nil : $0 }
    guard let text = flag ?? variable else { return .standard }
    guard let name = ClusterName(text) else {
      let place = flag != nil ? "--name" : "GREYWAVE_CLUSTER"
      throw CommandFailure(
        .usage, "\(place): '\(text)' is no cluster name: 1 to 32 of a-z, 0-9 and '-'")
    }
    return name
  }
}
