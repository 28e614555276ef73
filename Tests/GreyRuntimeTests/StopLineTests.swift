// Stop lines: who is taken in, what passes, and what becomes of a line that takes no message.

import Glibc
import GreyEvents
import Testing
import ZeroMQ

@testable import GreyRuntime

@Suite struct StopLineTests {
  private let desk: Desk

  init() throws { desk = try Desk() }

  @Test func aMemberIsHeardAndSpokenTo() throws {
    let line = try desk.connect()
    #expect(line.send(desk.member))
    #expect(line.send([1, 2, 3]))
    #expect(line.send([4]))
    desk.turn(until: { desk.heard.count == 2 })
    #expect(desk.heard == [.init(desk.member, [1, 2, 3]), .init(desk.member, [4])])

    #expect(desk.lines.send([5, 6], to: desk.member, &desk.poller))
    var buffer: [UInt8] = []
    guard case .message(let bytes) = line.receive(into: &buffer) else {
      Issue.record("nothing came")
      return
    }
    #expect(bytes == [5, 6])
    guard case .nothing = line.receive(into: &buffer) else {
      Issue.record("something came that nobody sent")
      return
    }
  }

  @Test func aStrangerIsEndedAtItsFirstWord() throws {
    let line = try desk.connect()
    #expect(line.send([9, 9]))
    desk.turn(until: { hasEnded(line) })
    #expect(desk.heard.isEmpty)
    #expect(!desk.lines.send([1], to: [9, 9], &desk.poller))
  }

  @Test func thoseWithoutANameGiveWayToTheNext() throws {
    let first = try desk.connect()
    var others: [Line] = []
    for _ in 0..<StopLines.namelessAtMost {
      others.append(try desk.connect())
      desk.turn()
    }
    #expect(hasEnded(first))
    #expect(!others.contains(where: hasEnded))
    #expect(others[0].send(desk.member))
    desk.turn(until: { desk.lines.send([7], to: desk.member, &desk.poller) })
  }

  @Test func whoConnectsAnewIsSpokenToThere() throws {
    let (old, new) = (try desk.connect(), try desk.connect())
    #expect(old.send(desk.member))
    desk.turn(until: { desk.lines.send([1], to: desk.member, &desk.poller) })
    #expect(new.send(desk.member))
    var buffer: [UInt8] = []
    desk.turn(until: {
      _ = old.receive(into: &buffer)
      return hasEnded(old)
    })
    #expect(desk.lines.send([2], to: desk.member, &desk.poller))
    guard case .message(let bytes) = new.receive(into: &buffer) else {
      Issue.record("nothing came")
      return
    }
    #expect(bytes == [2])
  }

  @Test func whatIsFullIsLeft() throws {
    let line = try desk.connect()
    #expect(line.send(desk.member))
    desk.turn(until: { desk.lines.send([1], to: desk.member, &desk.poller) })
    let large = [UInt8](repeating: 1, count: Line.longest)
    var sent = 0
    while desk.lines.send(large, to: desk.member, &desk.poller) { sent += 1 }
    #expect(sent > 0)
    #expect(!desk.lines.send([1], to: desk.member, &desk.poller))
    // What was sent before can still be read, whole and in order.
    var buffer: [UInt8] = []
    var sizes: [Int] = []
    while case .message(let bytes) = line.receive(into: &buffer) { sizes.append(bytes.count) }
    #expect(sizes == [1] + Array(repeating: Line.longest, count: sent))
    #expect(hasEnded(line))
  }

  @Test func aMessageThatIsTooLongIsNotSent() throws {
    let line = try desk.connect()
    #expect(!line.send([UInt8](repeating: 0, count: Line.longest + 1)))
    #expect(line.send([UInt8](repeating: 0, count: Line.longest)))
  }

  @Test func aSocketThatCannotBeBoundIsNamedWithItsErrno() throws {
    let path = "/nonexistent-folder/stops"
    let error = try #require(throws: StopLines.BindError.self) {
      _ = try StopLines(at: path, tag: 1)
    }
    #expect(error == StopLines.BindError(path: path, code: ENOENT))
    #expect(
      error.event
        == .stopLinesUnavailable(
          path: path, errno: Int(ENOENT), reason: "No such file or directory"))
    #expect(error.event.level == .warning)
  }

  @Test func linesAreForOneHost() {
    #expect(linePath(besides: "tcp://127.0.0.1:5555") == nil)
    #expect(linePath(besides: "ipc:///run/c/coordinator") == "/run/c/stops")
  }

  private func hasEnded(_ line: Line) -> Bool {
    var buffer: [UInt8] = []
    if case .ended = line.receive(into: &buffer) { return true }
    return false
  }
}

/// The coordinator's side, in a folder of its own, with one member.
private final class Desk {
  struct Heard: Equatable {
    let name: [UInt8]
    let bytes: [UInt8]
    init(_ name: [UInt8], _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  let member: [UInt8] = [0, 1, 2, 3]
  var heard: [Heard] = []
  var poller = Poller()
  let lines: StopLines
  private let folder: String

  init() throws {
    var template = Array("/tmp/stop-lines-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil)
    let folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    self.folder = folder
    lines = try StopLines(at: linePath(besides: "ipc://\(folder)/coordinator")!, tag: 1)
    lines.watch(with: &poller)
  }

  deinit {
    unlink("\(folder)/stops")
    rmdir(folder)
  }

  func connect() throws -> Line { try #require(Line(to: "\(folder)/stops")) }

  /// What the coordinator's thread does with what is ready.
  func turn() {
    for ready in (try? poller.wait(upTo: .milliseconds(20))) ?? [] {
      if ready.tag == 1 {
        lines.accept(&poller)
      } else {
        lines.read(ready.tag, &poller, isKnown: { $0 == member }) {
          heard.append(Heard($0, $1))
        }
      }
    }
  }

  func turn(until condition: () -> Bool) {
    for _ in 0..<500 {
      turn()
      if condition() { return }
    }
    Issue.record("it did not come about in 500 turns")
  }
}
