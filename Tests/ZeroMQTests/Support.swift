// What the tests share: a directory for ipc paths, a thread to run something on, and sockets whose
// waits are bounded, so that a lost message is a failed test and not a hung one.

import Glibc
import Testing
import ZeroMQ

/// A new directory that goes with this value, and with it whatever was left in it.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/zeromq-tests-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit {
    for name in contents { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  var contents: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func endpoint(_ name: String = "s") -> String { "ipc://\(path)/\(name)" }
}

/// Where a test of all transports listens.
enum Transport: String, CaseIterable, CustomTestStringConvertible {
  case ipc, tcp, inproc

  func wildcard(in directory: TemporaryDirectory) -> String {
    switch self {
    case .ipc: directory.endpoint()
    case .tcp: "tcp://127.0.0.1:*"
    case .inproc: "inproc://test"
    }
  }

  var testDescription: String { rawValue }
}

/// No wait of a test is longer: far more than anything here takes on a busy machine.
let patience = Duration.seconds(20)

func makeSocket(_ context: Context, _ kind: SocketKind) throws(ZeroMQError) -> Socket {
  let socket = try Socket(context, kind)
  try socket.set(.sendTimeout, patience)
  try socket.set(.receiveTimeout, patience)
  return socket
}

extension Array where Element == UInt8 {
  init(_ text: String) { self = [UInt8](text.utf8) }
}

/// Reads events until one fits; nil when none came within the patience.
func firstEvent(
  of monitor: borrowing Monitor, where fits: (MonitorEvent) -> Bool
) throws -> MonitorEvent? {
  var poller = Poller()
  poller.add(monitor, tag: 0)
  let deadline = ContinuousClock.now + patience
  while ContinuousClock.now < deadline {
    while let event = try monitor.next() {
      if fits(event) { return event }
    }
    _ = try poller.wait(upTo: .milliseconds(100))
  }
  return nil
}

/// A thread that runs one closure; `join` waits for its end.
struct TestThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  let handle: pthread_t

  init(_ run: @escaping @Sendable () -> Void) {
    var handle = pthread_t()
    let code = pthread_create(
      &handle, nil,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(Body(run)).toOpaque())
    precondition(code == 0, "no thread to test with")
    self.handle = handle
  }

  func join() { pthread_join(handle, nil) }
}

/// Carries what is not Sendable across threads where the test orders the uses itself.
final class Smuggled: @unchecked Sendable {
  let socket: Socket
  init(_ socket: consuming Socket) { self.socket = socket }
  var isOwned: Bool { socket.isOwnedByCurrentThread }
}
