// Rules for the shell scripts: the same shell everywhere, and no error passed over.

enum ScriptRules {
  static let all: [HouseRule] = [
    script(
      "shebang", "begin with #!/usr/bin/env bash",
      bad: "#!/bin/sh\n# What it does.\nset -euo pipefail\n"
    ) { file in
      file.lines.first == "#!/usr/bin/env bash" ? [] : [1]
    },
    script(
      "script header", "the second line begins a comment that says what the script does",
      bad: "#!/usr/bin/env bash\nset -euo pipefail\n"
    ) { file in
      let second = file.lines.dropFirst().first
      return second?.hasPrefix("# ") == true ? [] : [2]
    },
    script(
      "strict shell", "the first command is `set -euo pipefail`",
      bad: "#!/usr/bin/env bash\n# What it does.\nset -e\ncd /\n"
    ) { file in
      let first = file.lines.enumerated().first { !$1.isEmpty && !$1.hasPrefix("#") }
      return first?.element == "set -euo pipefail" ? [] : [(first?.offset ?? 0) + 1]
    },
    HouseRule(
      name: "executable", remedy: "chmod +x", applies: { isScript($0) && !isSourced($0) },
      check: { $0.isExecutable ? [] : [1] },
      bad: SourceFile("cluster/up", "#!/usr/bin/env bash\n"),
      good: SourceFile("cluster/up", "#!/usr/bin/env bash\n", isExecutable: true)),
  ]

  static func isScript(_ file: SourceFile) -> Bool {
    file.path.hasPrefix("cluster/") || file.path.hasPrefix(".ci/")
  }

  /// A file that scripts read with `source`.
  static func isSourced(_ file: SourceFile) -> Bool { file.path.hasSuffix(".sh") }

  private static func script(
    _ name: String, _ remedy: String, bad: String,
    check: @escaping @Sendable (SourceFile) -> [Int]
  ) -> HouseRule {
    HouseRule(
      name: name, remedy: remedy, applies: isScript, check: check,
      bad: SourceFile("cluster/up", bad),
      good: SourceFile(
        "cluster/up", "#!/usr/bin/env bash\n# What it does.\n\nset -euo pipefail\ncd /\n"))
  }
}
