// The coordinator's messages in bytes: one byte for the kind, then its fields in order.
//
// The numbers of the kinds are the format: never reused, never reordered. A new kind gets a new
// number and, because an old node would refuse it, a new `WireVersion`.

import GreyBasics

private enum Kind: UInt8 {
  case welcome = 1
  case refuse = 2
  case members = 3
  case prepare = 4
  case stopAndArm = 5
  case stopAndConfirm = 6
  case stopToInspect = 7
  case resume = 8
  case sweep = 9
  case abort = 10
  case reportRequest = 11
  case fence = 12
  case configure = 13
  case startRun = 14
  case cancelRun = 15
  case inspect = 16
  case leave = 17
  case shutDown = 18
  case heartbeat = 19
  case cycleEnded = 20
  case walk = 21
  case hurry = 22
}

extension CoordinatorMessage: ControlMessage {
  package func encode(to writer: inout ByteWriter) {
    func kind(_ kind: Kind) { writer.byte(kind.rawValue) }
    switch self {
    case .welcome(let welcome):
      kind(.welcome)
      welcome.encode(to: &writer)
    case .refuse(let reason):
      kind(.refuse)
      writer.text(reason)
    case .members(let version, let members):
      kind(.members)
      writer.varint(version)
      members.encode(to: &writer)
    case .prepare(let epoch):
      kind(.prepare)
      writer.varint(epoch)
    case .stopAndArm(let epoch, let stop, let members, let lease):
      kind(.stopAndArm)
      writer.varint(epoch)
      writer.varint(stop)
      members.encode(to: &writer, "members")
      writer.duration(lease)
    case .stopAndConfirm(let epoch, let stop, let lease):
      kind(.stopAndConfirm)
      writer.varint(epoch)
      writer.varint(stop)
      writer.duration(lease)
    case .stopToInspect(let stop, let lease):
      kind(.stopToInspect)
      writer.varint(stop)
      writer.duration(lease)
    case .resume(let stop):
      kind(.resume)
      writer.varint(stop)
    case .sweep(let epoch):
      kind(.sweep)
      writer.varint(epoch)
    case .abort(let epoch):
      kind(.abort)
      writer.varint(epoch)
    case .reportRequest(let epoch, let wave):
      kind(.reportRequest)
      writer.varint(epoch)
      writer.varint(wave)
    case .fence(let node):
      kind(.fence)
      node.encode(to: &writer)
    case .configure(let settings):
      kind(.configure)
      settings.encode(to: &writer)
    case .startRun(let run):
      kind(.startRun)
      run.encode(to: &writer)
    case .cancelRun(let run):
      kind(.cancelRun)
      writer.varint(run)
    case .inspect(let request, let inspection, let body):
      kind(.inspect)
      writer.varint(request)
      writer.byte(inspection.rawValue)
      writer.data(body, limit: WireLimits.inspectionBytes, "body")
    case .hurry: kind(.hurry)
    case .leave: kind(.leave)
    case .shutDown: kind(.shutDown)
    case .cycleEnded(let epoch):
      kind(.cycleEnded)
      writer.varint(epoch)
    case .heartbeat(let sequence):
      kind(.heartbeat)
      writer.varint(sequence)
    case .walk(let order):
      kind(.walk)
      order.encode(to: &writer)
    }
  }

  package init(from reader: inout ByteReader) throws(WireError) {
    let start = reader
    let number = try reader.byte("kind")
    guard let kind = Kind(rawValue: number) else {
      throw start.error("kind", .unknownKind(UInt64(number)))
    }
    switch kind {
    case .welcome: self = .welcome(try Welcome(from: &reader))
    case .refuse: self = .refuse(reason: try reader.text("reason"))
    case .members:
      self = .members(
        version: try reader.varint("members version"), try [Member](from: &reader))
    case .prepare: self = .prepare(epoch: try reader.rising(Epoch.init, "epoch"))
    case .stopAndArm:
      self = .stopAndArm(
        epoch: try reader.rising(Epoch.init, "epoch"),
        stop: try reader.rising(StopNumber.init, "stop"),
        members: try [NodeID](from: &reader, "members"), lease: try reader.duration("lease"))
    case .stopAndConfirm:
      self = .stopAndConfirm(
        epoch: try reader.rising(Epoch.init, "epoch"),
        stop: try reader.rising(StopNumber.init, "stop"), lease: try reader.duration("lease"))
    case .stopToInspect:
      self = .stopToInspect(
        stop: try reader.rising(StopNumber.init, "stop"), lease: try reader.duration("lease"))
    case .resume: self = .resume(stop: try reader.rising(StopNumber.init, "stop"))
    case .sweep: self = .sweep(epoch: try reader.rising(Epoch.init, "epoch"))
    case .abort: self = .abort(epoch: try reader.rising(Epoch.init, "epoch"))
    case .reportRequest:
      self = .reportRequest(
        epoch: try reader.rising(Epoch.init, "epoch"), wave: try reader.varint("wave"))
    case .fence: self = .fence(node: try NodeID(from: &reader, "node"))
    case .configure: self = .configure(try [Setting](from: &reader))
    case .startRun: self = .startRun(try RunDescription(from: &reader))
    case .cancelRun: self = .cancelRun(try reader.rising(RunID.init, "run"))
    case .inspect:
      self = .inspect(
        request: try reader.varint("request"), kind: try InspectionKind(from: &reader),
        body: try reader.data(limit: WireLimits.inspectionBytes, "body"))
    case .hurry: self = .hurry
    case .leave: self = .leave
    case .shutDown: self = .shutDown
    case .cycleEnded: self = .cycleEnded(epoch: try reader.rising(Epoch.init, "epoch"))
    case .heartbeat: self = .heartbeat(sequence: try reader.varint("sequence"))
    case .walk: self = .walk(try WalkOrder(from: &reader))
    }
  }
}

extension InspectionKind {
  init(from reader: inout ByteReader) throws(WireError) {
    let start = reader
    let number = try reader.byte("inspection")
    guard let kind = InspectionKind(rawValue: number) else {
      throw start.error("inspection", .unknownKind(UInt64(number)))
    }
    self = kind
  }
}
