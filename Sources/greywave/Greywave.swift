// The door: everything behind it lives in GreyCommands, where tests can reach it.

import GreyCommands

@main
enum Greywave {
  static func main() { GreywaveCommand.main() }
}
