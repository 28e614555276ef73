// A turn as a line of text, and back: `worker 1 0: 3 0 7`, `arrival 0>c`, `fault stall 2`.
//
// Parties are numbers of processes, `c` for the coordinator and `x` with a number for a client.

import GreyEngine

extension DrawnStep: LosslessStringConvertible {
  package var description: String {
    values.isEmpty
      ? actor.text : actor.text + ": " + values.map(String.init).joined(separator: " ")
  }

  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard let head = parts.first, let actor = Actor(text: head) else { return nil }
    var values: [Int32] = []
    for word in parts.count == 2 ? parts[1].split(separator: " ") : [] {
      guard let value = Int32(word), value >= 0 else { return nil }
      values.append(value)
    }
    self.init(actor: actor, values: values)
  }
}

extension Actor {
  var text: String {
    switch self {
    case .engine(let process): "engine \(process)"
    case .worker(let process, let index): "worker \(process) \(index)"
    case .collector(let process, let index): "collector \(process) \(index)"
    case .arrival(let channel): "arrival \(channel.text)"
    case .time: "time"
    case .collect: "collect"
    case .startRun: "start-run"
    case .fault(let fault): "fault \(fault.text)"
    }
  }

  init?(text: some StringProtocol) {
    let words = String(text).split(separator: " ").map(String.init)
    func number(_ place: Int) -> Int? {
      guard place < words.count, let value = Int(words[place]), value >= 0 else { return nil }
      return value
    }
    switch (words.first, words.count) {
    case ("engine", 2):
      guard let process = number(1) else { return nil }
      self = .engine(process: process)
    case ("worker", 3):
      guard let process = number(1), let index = number(2) else { return nil }
      self = .worker(process: process, index: index)
    case ("collector", 3):
      guard let process = number(1), let index = number(2) else { return nil }
      self = .collector(process: process, index: index)
    case ("arrival", 2):
      guard let channel = Channel(text: words[1]) else { return nil }
      self = .arrival(channel)
    case ("time", 1): self = .time
    case ("collect", 1): self = .collect
    case ("start-run", 1): self = .startRun
    case ("fault", 2...):
      guard let fault = Fault(words: Array(words.dropFirst())) else { return nil }
      self = .fault(fault)
    default: return nil
    }
  }
}

extension Party {
  var text: String {
    switch self {
    case .coordinator: "c"
    case .process(let index): "\(index)"
    case .client(let index): "x\(index)"
    case .line(let index): "l\(index)"
    }
  }

  init?(text: some StringProtocol) {
    if text == "c" {
      self = .coordinator
    } else if let index = Int(text), index >= 0 {
      self = .process(index)
    } else if text.first == "x", let index = Int(text.dropFirst()), (0...1_000).contains(index) {
      self = .client(index)
    } else if text.first == "l", let index = Int(text.dropFirst()), index >= 0 {
      self = .line(index)
    } else {
      return nil
    }
  }
}

extension Channel {
  var text: String { "\(from.text)>\(to.text)" }

  init?(text: some StringProtocol) {
    let ends = String(text).split(separator: ">", omittingEmptySubsequences: false)
    guard ends.count == 2, let from = Party(text: ends[0]), let to = Party(text: ends[1]) else {
      return nil
    }
    self.init(from: from, to: to)
  }
}

extension Fault {
  var text: String {
    switch self {
    case .disconnect(let a, let b): "disconnect \(a.text) \(b.text)"
    case .duplicate(let channel): "duplicate \(channel.text)"
    case .drop(let channel): "drop \(channel.text)"
    case .clog(let channel): "clog \(channel.text)"
    case .unclog(let channel): "unclog \(channel.text)"
    case .kill(let index): "kill \(index)"
    case .crash(let index): "crash \(index)"
    case .restart(let index): "restart \(index)"
    case .stall(let index): "stall \(index)"
    case .wake(let index): "wake \(index)"
    case .leave(let index): "leave \(index)"
    case .join: "join"
    case .restartCoordinator: "restart-coordinator"
    case .restartCoordinatorBetweenPhases: "restart-coordinator-between-phases"
    }
  }

  init?(words: [String]) {
    switch words {
    case ["join"]: self = .join
    case ["restart-coordinator"]: self = .restartCoordinator
    case ["restart-coordinator-between-phases"]: self = .restartCoordinatorBetweenPhases
    default:
      guard words.count >= 2 else { return nil }
      if words.count == 3, words[0] == "disconnect" {
        guard let a = Party(text: words[1]), let b = Party(text: words[2]) else { return nil }
        self = .disconnect(a, b)
      } else if words.count == 2, let index = Int(words[1]), index >= 0 {
        guard let fault = Fault(words[0], index) else { return nil }
        self = fault
      } else if words.count == 2, let channel = Channel(text: words[1]) {
        guard let fault = Fault(words[0], channel) else { return nil }
        self = fault
      } else {
        return nil
      }
    }
  }

  private init?(_ name: String, _ index: Int) {
    switch name {
    case "kill": self = .kill(index)
    case "crash": self = .crash(index)
    case "restart": self = .restart(index)
    case "stall": self = .stall(index)
    case "wake": self = .wake(index)
    case "leave": self = .leave(index)
    default: return nil
    }
  }

  private init?(_ name: String, _ channel: Channel) {
    switch name {
    case "duplicate": self = .duplicate(channel)
    case "drop": self = .drop(channel)
    case "clog": self = .clog(channel)
    case "unclog": self = .unclog(channel)
    default: return nil
    }
  }
}
