// `run program.go`: output, exit status, errors, Ctrl-C, and that nothing stays.

import Foundation
import Glibc
import Testing

extension ClusterTests {
  @Suite("Go programs") struct GoProgramTests {
    /// What Go prints for the programs that come along.
    static let comeAlong: [String: String] = [
      "binary-trees": """
      stretch tree of depth 13 check: 16383
      4096 trees of depth 4 check: 126976
      256 trees of depth 8 check: 130816
      16 trees of depth 12 check: 131056
      long lived tree of depth 12 check: 8191

      """,
      "matrix": "-17695083 855745\n",
      "nbody": "-169075163\n-169071606\n",
      "nqueens": """
      4 queens: 2 solutions
      5 queens: 10 solutions
      6 queens: 4 solutions
      7 queens: 40 solutions
      8 queens: 92 solutions

      """,
    ]

    private func withFolder(_ name: String, _ body: (Cluster) throws -> Void) throws {
      let cluster = try Cluster(name)
      defer { cluster.removeFolder() }
      try body(cluster)
      cluster.expectNothingLeft()
    }

    @Test("the programs of configs/workloads print what Go prints", .timeLimit(.minutes(2)))
    func programsThatComeAlong() throws {
      try withFolder("gocome") { cluster in
        let folder = Settings.package + "/configs/workloads"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(Set(files) == Set(Self.comeAlong.keys.map { $0 + ".go" }))
        for (name, text) in Self.comeAlong.sorted(by: { $0.key < $1.key }) {
          let reply = try cluster.command(["run", "configs/workloads/\(name).go"])
          #expect(reply.code == 0 && reply.errors == text, "\(reply.story)")
          #expect(reply.output.isEmpty)
        }
      }
    }

    @Test("all that is printed arrives, in its order, from a heap of several cycles too")
    func output() throws {
      try withFolder("goout") { cluster in
        let file = try cluster.write(
          "out/many.go",
          """
          package main
          type T struct { next *T; n int }
          func main() {
            var kept *T
            for i := 0; i < 20000; i++ {
              if i % 100 == 0 { kept = &T{kept, i} }
              for j := 0; j < 20; j++ { _ = make([]*T, j+i%2) }
              println("line", i)
            }
            n := 0
            for ; kept != nil; kept = kept.next { n++ }
            println(n)
          }
          """)
        let reply = try cluster.command(
          ["run", "--nodes", "2", file, "--its", "-own", "arguments"],
          environment: ["GOGC": "25", "GREYWAVE_MINIMUM_HEAP": "65536"])
        #expect(reply.code == 0)
        let lines = reply.errors.split(separator: "\n")
        #expect(lines.count == 20_001 && lines.last == "200", "\(reply.story)")
        #expect(lines.dropLast().enumerated().allSatisfy { $1 == "line \($0)" })
      }
    }

    @Test("the two streams, the arguments and the status are the program's")
    func streams() throws {
      try withFolder("gofmt") { cluster in
        let file = try cluster.write(
          "out/streams.go",
          """
          package main

          import (
            "fmt"
            "os"
            "time"
          )

          func main() {
            fmt.Printf("%q %v\\n", os.Args[1:], map[string]int{"b": 2, "a": 1})
            fmt.Fprintln(os.Stderr, "second stream")
            os.Stdout.Write([]byte{0xFF, 10})
            if time.Now().Unix() < 1_700_000_000 {
              panic("no clock")
            }
            os.Exit(7)
          }

          """)
        let reply = try cluster.command(["run", file, "a", "b c"])
        #expect(reply.code == 7, "\(reply.story)")
        #expect(reply.output.hasPrefix("[\"a\" \"b c\"] map[a:1 b:2]\n"), "\(reply.story)")
        #expect(reply.errors == "second stream\n", "\(reply.story)")
      }
    }

    @Test("errors and panics have Go's words and status")
    func errors() throws {
      try withFolder("gobad") { cluster in
        let wrong = try cluster.write(
          "out/wrong.go", "package main\nfunc main() {\n\tx := 1\n\ty = 2\n}\n")
        let refused = try cluster.command(["run", wrong])
        #expect(refused.code == 1)
        #expect(
          refused.errors == """
            # command-line-arguments
            \(wrong):3:2: declared and not used: x
            \(wrong):4:2: undefined: y

            """, "\(refused.story)")
        let panics = try cluster.write(
          "out/panics.go",
          "package main\nfunc main() {\n\tprintln(1)\n\tvar s []int\n\tprintln(s[len(s)])\n}\n")
        let panicked = try cluster.command(["run", panics])
        #expect(panicked.code == 2)
        #expect(
          panicked.errors.hasPrefix(
            "1\npanic: runtime error: index out of range [0] with length 0\n"),
          "\(panicked.story)")
        #expect(panicked.errors.contains("panics.go:5"))
        #expect(try cluster.command(["run", "nothing.go"]).code == 2)
      }
    }

    @Test("Ctrl-C ends an endless loop at once; after a kill the next run tidies up")
    func interrupts() throws {
      try withFolder("goloop") { cluster in
        let file = try cluster.write(
          "out/loop.go", "package main\nfunc main() {\n\tprintln(7)\n\tfor {\n\t}\n}\n")
        let one = try cluster.write("out/one.go", "package main\nfunc main() { println(1) }\n")
        for signal in [SIGINT, SIGKILL] {
          let program = try Follower(cluster, ["run", file], readsNotes: true)
          #expect(try program.line(before: Deadline(seconds: 20)) == "7")
          let processes = Pid.mentioning("--parent\0\(program.child.pid)\0")
          #expect(processes.count == 2)
          let folder = try #require(processes.first.flatMap(Self.ownFolder))
          kill(pid_t(program.child.pid), signal)
          let code = try program.child.exitCode(within: 5)
          #expect(code == (signal == SIGINT ? 130 : 128 + 9))
          for process in processes { #expect(Pid.end(process, before: Deadline(seconds: 5))) }
          if signal == SIGKILL { _ = try cluster.command(["run", one]) }
          #expect(!FileManager.default.fileExists(atPath: folder), "\(folder)")
        }
      }
    }

    /// Of the cluster that the process belongs to, as it was told.
    private static func ownFolder(of pid: Int) -> String? {
      guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
        return nil
      }
      let words = String(decoding: line, as: UTF8.self).split(separator: "\0")
      let path = words.first { $0.hasPrefix("/tmp/greywave-run-") }
      return path.map { "/tmp/" + $0.dropFirst(5).prefix { $0 != "/" } }
    }

    @Test("beside a cluster that is up it is refused, and says what to do")
    func besideACluster() throws {
      try withCluster("goup", nodes: 1) { cluster in
        let file = try cluster.write("out/one.go", "package main\nfunc main() { println(1) }\n")
        let reply = try cluster.command(["run", file])
        #expect(reply.code == 2 && reply.errors.contains("cluster/down --name ct-goup"))
        let other = try cluster.command(["run", "--name", "another", file])
        #expect(other.code == 0 && other.errors == "1\n", "\(other.story)")
      }
    }
  }
}
