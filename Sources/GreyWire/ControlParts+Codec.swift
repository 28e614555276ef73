// The records inside control messages, field by field in the order of their declaration.

import GreyBasics

extension NodeID {
  func encode(to writer: inout ByteWriter) { writer.varint(UInt64(rawValue)) }

  init(from reader: inout ByteReader, _ field: StaticString) throws(WireError) {
    self.init(rawValue: try reader.number(UInt16.self, field))
  }
}

extension [NodeID] {
  func encode(to writer: inout ByteWriter, _ field: StaticString) {
    writer.count(count, limit: WireLimits.members, field)
    for node in self { node.encode(to: &writer) }
  }

  init(from reader: inout ByteReader, _ field: StaticString) throws(WireError) {
    let count = try reader.count(limit: WireLimits.members, bytesEach: 1, field)
    self = []
    reserveCapacity(count)
    for _ in 0..<count { append(try NodeID(from: &reader, field)) }
  }
}

extension [Member] {
  func encode(to writer: inout ByteWriter) {
    writer.count(count, limit: WireLimits.members, "members")
    for member in self {
      member.node.encode(to: &writer)
      writer.name(member.endpoint, limit: WireLimits.nameBytes, "member's endpoint")
    }
  }

  init(from reader: inout ByteReader) throws(WireError) {
    let count = try reader.count(limit: WireLimits.members, bytesEach: 2, "members")
    self = []
    reserveCapacity(count)
    for _ in 0..<count {
      append(
        Member(
          node: try NodeID(from: &reader, "member"),
          endpoint: try reader.name(limit: WireLimits.nameBytes, "member's endpoint")))
    }
  }
}

extension [Setting] {
  func encode(to writer: inout ByteWriter) {
    writer.count(count, limit: WireLimits.settings, "settings")
    for setting in self {
      writer.name(setting.key, limit: WireLimits.nameBytes, "setting's key")
      writer.name(setting.value, limit: WireLimits.valueBytes, "setting's value")
    }
  }

  init(from reader: inout ByteReader) throws(WireError) {
    let count = try reader.count(limit: WireLimits.settings, bytesEach: 2, "settings")
    self = []
    reserveCapacity(count)
    for _ in 0..<count {
      append(
        Setting(
          try reader.name(limit: WireLimits.nameBytes, "setting's key"),
          try reader.name(limit: WireLimits.valueBytes, "setting's value")))
    }
  }
}

extension Welcome {
  func encode(to writer: inout ByteWriter) {
    writer.varint(term)
    node.encode(to: &writer)
    writer.varint(highestEpoch)
    writer.varint(membersVersion)
    members.encode(to: &writer)
    settings.encode(to: &writer)
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init(
      term: try reader.rising(Term.init, "term"), node: try NodeID(from: &reader, "node"),
      highestEpoch: try reader.rising(Epoch.init, "highest epoch"),
      membersVersion: try reader.varint("members version"),
      members: try [Member](from: &reader), settings: try [Setting](from: &reader))
  }
}

extension RunDescription {
  func encode(to writer: inout ByteWriter) {
    writer.varint(run)
    writer.name(workload, limit: WireLimits.nameBytes, "workload")
    parameters.encode(to: &writer)
    writer.fixed64(seed)
    nodes.encode(to: &writer, "nodes")
    writer.fixed16(firstType)
    writer.varint(durationNanoseconds)
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init(
      run: try reader.rising(RunID.init, "run"),
      workload: try reader.name(limit: WireLimits.nameBytes, "workload"),
      parameters: try [Setting](from: &reader), seed: try reader.fixed64("seed"),
      nodes: try [NodeID](from: &reader, "nodes"), firstType: try reader.fixed16("first type"),
      durationNanoseconds: try reader.varint("duration"))
  }
}

extension Hello {
  func encode(to writer: inout ByteWriter) {
    writer.fixed16(version)
    writer.name(cluster, limit: WireLimits.nameBytes, "cluster")
    writer.varint(UInt64(pid))
    writer.varint(processStart)
    writer.name(host, limit: WireLimits.nameBytes, "host")
    writer.name(endpoint, limit: WireLimits.nameBytes, "endpoint")
    node.encode(to: &writer)
    writer.varint(term)
    writer.varint(highestEpoch)
    members.encode(to: &writer)
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init(
      version: try reader.fixed16("version"),
      cluster: try reader.name(limit: WireLimits.nameBytes, "cluster"),
      pid: try reader.number(UInt32.self, "pid"),
      processStart: try reader.varint("process start"),
      host: try reader.name(limit: WireLimits.nameBytes, "host"),
      endpoint: try reader.name(limit: WireLimits.nameBytes, "endpoint"),
      node: try NodeID(from: &reader, "node"), term: try reader.rising(Term.init, "term"),
      highestEpoch: try reader.rising(Epoch.init, "highest epoch"),
      members: try [Member](from: &reader))
  }

  /// Why a process that speaks so may not belong to this cluster; nil when it may.
  package func refusal(version here: UInt16, cluster name: String) -> String? {
    if version != here {
      return "wire version \(version) is refused: cluster '\(name)' speaks version \(here)"
    }
    if cluster != name {
      return "a process of cluster '\(cluster)' is refused: this is cluster '\(name)'"
    }
    return nil
  }
}

extension MarkReport {
  func encode(to writer: inout ByteWriter) {
    writer.varint(epoch)
    writer.varint(membersVersion)
    writer.varint(wave)
    writer.varint(stop)
    writer.bool(isIdle)
    writer.count(channels.count, limit: WireLimits.members, "channels")
    for channel in channels {
      channel.peer.encode(to: &writer)
      writer.varint(channel.sent)
      writer.varint(channel.received)
    }
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init(
      epoch: try reader.rising(Epoch.init, "epoch"),
      membersVersion: try reader.varint("members version"), wave: try reader.varint("wave"),
      stop: try reader.rising(StopNumber.init, "stop"), isIdle: try reader.bool("idle"),
      channels: [])
    let count = try reader.count(limit: WireLimits.members, bytesEach: 3, "channels")
    channels.reserveCapacity(count)
    for _ in 0..<count {
      channels.append(
        Channel(
          peer: try NodeID(from: &reader, "channel's peer"),
          sent: try reader.varint("channel's sent"),
          received: try reader.varint("channel's received")))
    }
  }
}

extension SweepReport {
  /// The figures in the order of the wire: one list for both directions.
  private static var figures: [WritableKeyPath<SweepReport, UInt64>] {
    [
      \.objectsMarked, \.objectsFreed, \.bytesFreed, \.heapStartBytes, \.heapEndBytes,
      \.heapLiveBytes, \.goalBytes, \.stackBytes, \.globalBytes, \.greyReferencesSent,
      \.greyBatchesSent, \.assistNanoseconds, \.backgroundMarkNanoseconds,
      \.idleMarkNanoseconds, \.sweepNanoseconds, \.processors,
    ]
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(epoch)
    for figure in Self.figures { writer.varint(self[keyPath: figure]) }
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init(epoch: try reader.rising(Epoch.init, "epoch"))
    for figure in Self.figures { self[keyPath: figure] = try reader.varint("figure") }
  }
}

extension NodeStatus {
  private static var figures: [WritableKeyPath<NodeStatus, UInt64>] {
    [
      \.heapBytes, \.triggerBytes, \.goalBytes, \.limitBytes, \.heapLimitBytes, \.objects,
      \.tasks, \.transitEntries, \.unacknowledgedBytes, \.malformedFrames,
    ]
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(sequence)
    writer.varint(epoch)
    writer.bool(isMarking)
    writer.bool(isSweeping)
    writer.bool(isMemoryLimited)
    writer.bool(isLeaving)
    writer.varint(stop)
    for figure in Self.figures { writer.varint(self[keyPath: figure]) }
    writer.text(runningTask)
    severedPeers.encode(to: &writer, "severed peers")
    unreadablePeers.encode(to: &writer, "unreadable peers")
  }

  init(from reader: inout ByteReader) throws(WireError) {
    self.init()
    sequence = try reader.varint("sequence")
    epoch = try reader.rising(Epoch.init, "epoch")
    isMarking = try reader.bool("marking")
    isSweeping = try reader.bool("sweeping")
    isMemoryLimited = try reader.bool("memory limited")
    isLeaving = try reader.bool("leaving")
    stop = try reader.rising(StopNumber.init, "stop")
    for figure in Self.figures { self[keyPath: figure] = try reader.varint("figure") }
    runningTask = try reader.text("running task")
    severedPeers = try [NodeID](from: &reader, "severed peers")
    unreadablePeers = try [NodeID](from: &reader, "unreadable peers")
  }
}
