// Reading and writing the story of a failing seed.

import GreyEvents
import GreySimulator

enum ReplayFile {
  static func write(_ replay: Replay, to path: String) throws {
    try Files.writeWhole(replay.json.line + "\n", to: path)
  }

  /// - Parameter name: the file as it was given, for messages.
  static func read(_ path: String, named name: String) throws(CommandFailure) -> Replay {
    guard let text = Files.text(of: path) else {
      throw CommandFailure(
        .usage, "cannot read \(name): write one with greywave simulate --save \(name)")
    }
    do {
      return try Replay(JSON(parsing: text))
    } catch {
      throw CommandFailure(
        .usage, "\(name): \(error); write it anew with greywave simulate --save \(name)")
    }
  }
}
