// The control interface from another language: Python with pyzmq, by what is documented alone.

import Foundation
import Testing

extension ClusterTests {
  @Suite("The control interface") struct LanguageTests {
    /// Prints one line a check; what is wrong is an exception.
    static let script = """
      import json, os, sys, zmq
      folder, name = sys.argv[1:]
      context = zmq.Context()
      def talk(kind):
          socket = context.socket(kind)
          socket.setsockopt(zmq.LINGER, 0)
          socket.setsockopt(zmq.RCVTIMEO, 20000)
          socket.connect(f"ipc://{folder}/{name}/ctl")
          return socket
      def ask(socket, text):
          socket.send(text.encode() if isinstance(text, str) else text)
          while True:
              reply = socket.recv_json()
              assert reply["schema"] == "greywave.control/1", reply
              if reply.get("done"):
                  return reply
      def request(number, verb, **arguments):
          return json.dumps({"schema": "greywave.control/1", "id": str(number), "verb": verb,
                             "arguments": arguments})
      dealer = talk(zmq.DEALER)
      gc = ask(dealer, request(1, "gc"))
      assert gc["ok"] and gc["id"] == "1" and gc["result"]["schema"] == "greywave.gc/1", gc
      assert gc["result"]["nodes"] == 2 and len(gc["result"]["per_node"]) == 2, gc
      status = ask(dealer, request(2, "status"))
      assert status["ok"] and status["result"]["name"] == name, status
      run = ask(dealer, request(3, "run", workload="rings",
                                parameters={"rings": "5", "length": "4"}))
      assert run["ok"] and run["result"]["ok"] and run["id"] == "3", run
      print("works")
      for number, text in enumerate([
          request(4, "fly"), request(5, "run", workload="nothing"), "{", "", "[]", "17", "null",
          "{}", json.dumps({"schema": "greywave.control/9", "id": "6", "verb": "gc"}),
          json.dumps({"schema": "greywave.control/1", "id": "7"}),
          json.dumps({"schema": "greywave.control/1", "id": 8, "verb": "cancel",
                      "arguments": {"run": "x"}}),
          b"\\xff\\xfe\\x00", "[" * 100000, '{"a":' * 50000]):
          reply = ask(dealer, text)
          assert not reply["ok"] and reply["error"]["code"] == "usage", (text[:80], reply)
          assert reply["error"]["message"], reply
          if number == 0:
              assert reply["id"] == "4" and "fly" in reply["error"]["message"], reply
      print("refuses")
      requester = talk(zmq.REQ)
      assert ask(requester, request(9, "ps"))["ok"]
      print("answers REQ")
      crowd = [talk(zmq.DEALER) for _ in range(20)]
      for socket in crowd:
          socket.send_string(request(10, "verify"))
      for socket in crowd:
          reply = socket.recv_json()
          assert reply["ok"] or reply["error"]["code"] == "busy", reply
      print("serves many")
      """

    @Test("speaks JSON with Python", .timeLimit(.minutes(4)))
    func python() throws {
      try withCluster("python", nodes: 2) { cluster in
        let python = try interpreter(for: cluster)
        let path = try cluster.write("client.py", Self.script)
        let reply = try execute(python, [path, "\(cluster.folder)/run", cluster.name], cluster)
        #expect(reply.code == 0, "\(reply.story)")
        #expect(
          reply.output.split(separator: "\n")
            == ["works", "refuses", "answers REQ", "serves many"], "\(reply.story)")
        try cluster.run("gc")
        try cluster.verifyEmpty()
      }
    }

    /// A Python that has pyzmq: the system's, or one of a fresh virtual environment.
    private func interpreter(for cluster: Cluster) throws -> String {
      let system = "/usr/bin/env"
      // Debian's may not be the first in PATH, and only it sees Debian's python3-zmq.
      for candidate in ["python3", "/usr/bin/python3"] {
        let ask = "import sys, zmq; print(sys.executable)"
        let path = try execute(system, [candidate, "-c", ask], cluster)
        if path.code == 0 { return path.output.trimmingCharacters(in: .whitespacesAndNewlines) }
      }
      let folder = "\(cluster.folder)/venv"
      for step in [
        [system, "python3", "-m", "venv", folder],
        [
          "\(folder)/bin/python", "-m", "pip", "install", "--quiet", "--retries", "1", "--timeout",
          "15", "--only-binary", ":all:", "pyzmq",
        ],
      ] {
        let reply = try execute(step[0], Array(step.dropFirst()), cluster)
        if reply.code != 0 {
          throw TestFailure(
            "there is no pyzmq (apt-get install python3-zmq, as cluster/test does): "
              + reply.story)
        }
      }
      return "\(folder)/bin/python"
    }

    private func execute(
      _ program: String, _ arguments: [String], _ cluster: Cluster
    ) throws -> Reply {
      try cluster.program(program, arguments, limit: 120)
    }
  }
}
