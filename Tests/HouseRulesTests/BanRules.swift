// Names that must not stand in the code, each with what to write instead.
//
// A ban looks at the code without comments and strings, and for whole words: a method of one's own
// that is called `sleep` is not libc's.

enum BanRules {
  static let all: [HouseRule] =
    time + threads + randomness + [
      ban(
        ["print(", "debugPrint(", "dump("],
        "only GreyCommands writes to the terminal; elsewhere report an event",
        in: { $0.room != "GreyCommands" }, bad: "print(1)", good: "canvas.print(1) // print(1)"),
      ban(
        ["try!"], "handle the error, or let it through as a typed one", in: Place.sources,
        bad: "let a = try! b()", good: "let a = try b()"),
      ban(
        ["public ", "open class "], "`package` is the widest access here", in: Place.sources,
        bad: "public struct A {}", good: "package struct A {}"),
      HouseRule.swift(
        "no stubs", "write it, or leave it out", in: Place.everywhere,
        bad: SourceFile("Sources/A/a.swift", "fatal" + "Error(\"Not implemented\")"),
        good: SourceFile("Sources/A/a.swift", "fatal" + "Error(\"the map is torn\")")
      ) { file in
        let text = file.text.map { $0 | 0x20 }
        return ["not implemented", "unimplemented", "to be done"].flatMap { excuse in
          Search.lines(of: "fatalerror(\"" + excuse, in: text, wholeWord: false)
        }
      },
      HouseRule(
        name: "no notes to self", remedy: "do it now, or file an issue",
        applies: { _ in true },
        check: { file in
          ["TODO", "FIXME", "XXX"].flatMap {
            Search.lines(of: $0, in: file.withoutStrings, wholeWord: true)
          }
        },
        bad: SourceFile("cluster/up", "# " + "TO" + "DO: later\n"),
        good: SourceFile("Sources/A/a.swift", "let template = \"XXX\" // XXXXXX\n")),
    ]

  private static let time: [HouseRule] = [
    ban(
      [
        "Date()", "Date.now", "ContinuousClock", "SuspendingClock", "clock_gettime", "gettimeofday",
        "DispatchTime", "systemUptime", "CFAbsoluteTimeGetCurrent",
      ],
      "time comes in as a Moment; only GreyRuntime reads a clock",
      in: Place.sources(except: "GreyRuntime"), bad: "let t = Date()",
      good: "let t: Date = other.Dates() // Date()"),
    ban(
      ["Thread.sleep", "Task.sleep", "usleep(", "nanosleep(", "Glibc.sleep"],
      "wait for the event itself, with a deadline (a command line waits by its `WaitingClock`)",
      in: { $0.room != "GreyRuntime" },
      bad: "usleep(10)", good: "task.sleep(for: .seconds(1))"),
    .swift(
      "no sleep()", "wait for the event itself, with a deadline", in: Place.everywhere,
      bad: SourceFile("Tests/A/a.swift", "import Glibc\nsleep(1)\n"),
      good: SourceFile("Sources/A/a.swift", "import GreyMutator\nreturn sleep(.seconds(1))\n")
    ) { file in
      // Where libc's is not imported it must be another one.
      let libc: Set<String> = ["Glibc", "Foundation"]
      guard file.imports.contains(where: { libc.contains($0.module) }) else { return [] }
      return Search.lines(of: "sleep(", in: file.code, wholeWord: true)
    },
  ]

  private static let threads: [HouseRule] = [
    ban(
      [
        "DispatchQueue", "DispatchSemaphore", "DispatchGroup", "import Dispatch", "NSLock",
        "OperationQueue",
      ],
      "threads of GreyRuntime, `Mutex` and `Atomic` of Synchronization", in: Place.sources,
      bad: "DispatchQueue.main.async {}", good: "workers.async {} // DispatchQueue"),
    ban(
      ["pthread_create", "Thread(", "Thread.detachNewThread", "Task.detached", "Task {"],
      "only GreyRuntime and GreyCommands start threads",
      in: Place.sources(except: "GreyRuntime", "GreyCommands"), bad: "Task { await a() }",
      good: "let a = GreyTask { }"),
  ]

  private static let randomness: [HouseRule] = [
    ban(
      [
        "SystemRandomNumberGenerator", ".shuffled()", ".shuffle()", ".randomElement()", "UUID()",
        "Bool.random()", "arc4random",
      ],
      "draw from a SplitMix with a seed, so that a run can be repeated",
      in: Place.sources(except: "GreyRuntime", "GreyCommands"), bad: "let a = all.shuffled()",
      good: "let a = all.shuffled(using: &random)")
  ]

  /// A rule against any of `names` in code.
  private static func ban(
    _ names: [String], _ remedy: String, in place: @escaping @Sendable (SourceFile) -> Bool,
    bad: String, good: String
  ) -> HouseRule {
    .swift(
      "no " + names[0].trimmingSpaces, remedy, in: place,
      bad: SourceFile("Sources/GreyEngine/a.swift", bad + "\n"),
      good: SourceFile("Sources/GreyEngine/a.swift", good + "\n")
    ) { file in
      names.flatMap { Search.lines(of: $0, in: file.code, wholeWord: true) }.sorted()
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String { split(separator: " ").joined(separator: " ") }
}
