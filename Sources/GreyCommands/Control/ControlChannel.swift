// The way to a coordinator, as narrow as it can be: a line out, a line in with a limit.

import GreyEvents

package protocol ControlChannel: AnyObject {
  func send(_ line: String) throws
  /// The next reply; nil when none came within the limit.
  func receive(upTo limit: Duration) throws -> [UInt8]?
}
