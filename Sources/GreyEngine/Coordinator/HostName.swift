// The name of a host as processes tell it: `lab-3/5d0e9a7c-4026531836`.
//
// In front of the slash stands what people call it. That alone says little: hosts that were made
// from one image have one name, and within a container pids mean other processes than outside. So
// behind it stands what tells such apart: the kernel's boot id and the pid namespace. A pid may be
// watched only by a process whose host has the same name, all of it.

import GreyProtocol
import GreyWire

package enum HostName {
  package static func make(_ name: String, boot: String, namespace: String) -> String {
    let known = [boot, namespace].filter { !$0.isEmpty }
    return ([name] + [known.joined(separator: "-")]).filter { !$0.isEmpty }.joined(separator: "/")
  }

  /// What people call it.
  package static func shown(_ host: String) -> String { String(host.prefix { $0 != "/" }) }
}

extension CoordinatorEngine {
  /// Its pid is one of this process's host: of others nobody here knows when they end, except by
  /// their silence.
  func watch(_ member: DurableMember) {
    guard member.host == configuration.host else { return }
    effects.append(.watch(pid: Int32(bitPattern: member.pid), startTicks: member.processStart))
  }

  func processEnded(_ pid: Int32, _ startTicks: UInt64) {
    guard
      let member = members.first(where: {
        $0.pid == UInt32(bitPattern: pid) && $0.processStart == startTicks
          && $0.host == configuration.host
      })
    else { return }
    // While the cluster goes down nobody dies, everybody ends.
    if isShuttingDown { return members.removeAll { $0 == member } }
    feed(.died(member.member.node, reason: "its process \(pid) has ended"))
  }
}
