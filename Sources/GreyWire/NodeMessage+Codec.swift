// A node's messages to the coordinator in bytes: one byte for the kind, then its fields in order.
//
// The numbers of the kinds are the format, as in the coordinator's messages. They begin at 64, so
// that a frame sent to the wrong side is refused at its first byte.

import GreyBasics

private enum Kind: UInt8 {
  case hello = 64
  case prepared = 65
  case stopped = 66
  case report = 67
  case leaseEnded = 68
  case swept = 69
  case heartbeat = 70
  case fenced = 71
  case runOutput = 72
  case runEnded = 73
  case inspection = 74
  case collectRequest = 75
  case lostObject = 76
  case left = 77
  case walked = 78
}

extension NodeMessage: ControlMessage {
  package func encode(to writer: inout ByteWriter) {
    func kind(_ kind: Kind) { writer.byte(kind.rawValue) }
    switch self {
    case .hello(let hello):
      kind(.hello)
      hello.encode(to: &writer)
    case .prepared(let epoch):
      kind(.prepared)
      writer.varint(epoch)
    case .stopped(let stop, let epoch, let nanoseconds):
      kind(.stopped)
      writer.varint(stop)
      writer.varint(epoch)
      writer.varint(nanoseconds)
    case .report(let report):
      kind(.report)
      report.encode(to: &writer)
    case .leaseEnded(let stop, let epoch):
      kind(.leaseEnded)
      writer.varint(stop)
      writer.varint(epoch)
    case .swept(let report):
      kind(.swept)
      report.encode(to: &writer)
    case .heartbeat(let status):
      kind(.heartbeat)
      status.encode(to: &writer)
    case .fenced(let node):
      kind(.fenced)
      node.encode(to: &writer)
    case .runOutput(let run, let text):
      kind(.runOutput)
      writer.varint(run)
      writer.text(text)
    case .runEnded(let run, let ok, let message, let result, let memory):
      kind(.runEnded)
      writer.varint(run)
      writer.bool(ok)
      writer.text(message)
      writer.name(result, limit: WireLimits.resultBytes, "result")
      writer.bool(memory != nil)
      memory?.encode(to: &writer)
    case .inspection(let request, let problem, let body):
      kind(.inspection)
      writer.varint(request)
      writer.text(problem)
      writer.data(body, limit: WireLimits.inspectionBytes, "body")
    case .collectRequest(let demand, let reason):
      kind(.collectRequest)
      writer.byte(demand.rawValue)
      writer.text(reason)
    case .lostObject(let run, let offset, let description):
      kind(.lostObject)
      writer.varint(run)
      writer.bool(offset != nil)
      if let offset { writer.varint(offset) }
      writer.text(description)
    case .left: kind(.left)
    case .walked(let report):
      kind(.walked)
      report.encode(to: &writer)
    }
  }

  package init(from reader: inout ByteReader) throws(WireError) {
    let start = reader
    let number = try reader.byte("kind")
    guard let kind = Kind(rawValue: number) else {
      throw start.error("kind", .unknownKind(UInt64(number)))
    }
    switch kind {
    case .hello: self = .hello(try Hello(from: &reader))
    case .prepared: self = .prepared(epoch: try reader.rising(Epoch.init, "epoch"))
    case .stopped:
      self = .stopped(
        stop: try reader.rising(StopNumber.init, "stop"),
        epoch: try reader.rising(Epoch.init, "epoch"),
        stopNanoseconds: try reader.varint("stop time"))
    case .report: self = .report(try MarkReport(from: &reader))
    case .leaseEnded:
      self = .leaseEnded(
        stop: try reader.rising(StopNumber.init, "stop"),
        epoch: try reader.rising(Epoch.init, "epoch"))
    case .swept: self = .swept(try SweepReport(from: &reader))
    case .heartbeat: self = .heartbeat(try NodeStatus(from: &reader))
    case .fenced: self = .fenced(node: try NodeID(from: &reader, "node"))
    case .runOutput:
      self = .runOutput(
        run: try reader.rising(RunID.init, "run"), text: try reader.text("text"))
    case .runEnded:
      self = .runEnded(
        run: try reader.rising(RunID.init, "run"), ok: try reader.bool("ok"),
        message: try reader.text("message"),
        result: try reader.name(limit: WireLimits.resultBytes, "result"),
        memory: try reader.bool("lacked memory") ? try MemoryFailure(from: &reader) : nil)
    case .inspection:
      self = .inspection(
        request: try reader.varint("request"), problem: try reader.text("problem"),
        body: try reader.data(limit: WireLimits.inspectionBytes, "body"))
    case .collectRequest:
      self = .collectRequest(
        try CollectDemand(from: &reader), reason: try reader.text("reason"))
    case .lostObject:
      self = .lostObject(
        run: try reader.rising(RunID.init, "run"),
        offset: try reader.bool("has an offset") ? try reader.varint("offset") : nil,
        description: try reader.text("description"))
    case .left: self = .left
    case .walked: self = .walked(try WalkReport(from: &reader))
    }
  }
}

extension MemoryFailure {
  func encode(to writer: inout ByteWriter) {
    node.encode(to: &writer)
    writer.text(task)
    writer.varint(requestedBytes)
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init(
      node: try NodeID(from: &reader, "node"), task: try reader.text("task"),
      requestedBytes: try reader.varint("requested bytes"))
  }
}

extension CollectDemand {
  init(from reader: inout ByteReader) throws(WireError) {
    let start = reader
    let number = try reader.byte("demand")
    guard let demand = CollectDemand(rawValue: number) else {
      throw start.error("demand", .unknownKind(UInt64(number)))
    }
    self = demand
  }
}
