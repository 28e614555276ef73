// What is refused says what was tried, where, why, and what to do.

import Glibc
import Testing
import ZeroMQ

@Suite struct ErrorTests {
  private func refusal(
    of endpoint: String, _ operation: (borrowing Socket, String) throws -> Void
  ) throws -> ZeroMQError {
    let context = try Context()
    let socket = try makeSocket(context, .router)
    return try #require(#expect(throws: ZeroMQError.self) { try operation(socket, endpoint) })
  }

  private func bindRefusal(of endpoint: String) throws -> ZeroMQError {
    try refusal(of: endpoint) { _ = try $0.bind($1) }
  }

  @Test func anAddressInUseNamesTheEndpointAndTheRemedy() throws {
    let context = try Context()
    let first = try makeSocket(context, .router)
    let endpoint = try first.bind("tcp://127.0.0.1:*")
    let error = try bindRefusal(of: endpoint)
    #expect(error.errno == EADDRINUSE)
    #expect(error.endpoint == endpoint)
    #expect(
      error.description
        == "ZeroMQ cannot bind \(endpoint): Address already in use (EADDRINUSE). "
        + "Another process listens there: stop it, or choose another endpoint")
  }

  @Test func aPathOverTheLimitIsRefusedBeforeItIsTried() throws {
    let directory = try TemporaryDirectory()
    let base = directory.path + "/"
    let longest = base + String(repeating: "x", count: 107 - base.utf8.count)
    let context = try Context()
    let socket = try makeSocket(context, .router)
    #expect(try socket.bind("ipc://" + longest) == "ipc://" + longest)

    for operation in ["bind", "connect"] {
      let error = try refusal(of: "ipc://" + longest + "x") {
        if operation == "bind" { _ = try $0.bind($1) } else { try $0.connect($1) }
      }
      #expect(error.name == "ENAMETOOLONG")
      #expect(error.operation == operation)
      #expect(error.description.contains("at most 107 bytes"))
    }
  }

  @Test func aMissingDirectoryIsRefusedForBindAndConnect() throws {
    let directory = try TemporaryDirectory()
    let endpoint = "ipc://\(directory.path)/missing/socket"
    #expect(try bindRefusal(of: endpoint).name == "ENOENT")
    let error = try refusal(of: endpoint) { try $0.connect($1) }
    #expect(error.name == "ENOENT")
    #expect(error.description.contains("Create the directory"))
  }

  @Test func aFileThatIsNoSocketIsNotDeleted() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/precious"
    let file = try #require(fopen(path, "w"))
    fputs("keep me", file)
    fclose(file)
    #expect(try bindRefusal(of: "ipc://" + path).name == "EEXIST")
    #expect(try bindRefusal(of: "ipc://" + path + "/socket").name == "ENOTDIR")
    #expect(directory.contents == ["precious"])
  }

  @Test func nonsenseIsRefused() throws {
    #expect(try bindRefusal(of: "carrier-pigeon://roof").name == "EPROTONOSUPPORT")
    #expect(try bindRefusal(of: "ipc://").name == "EINVAL")
    #expect(try bindRefusal(of: "ipc:///tmp/").name == "EINVAL")
    #expect(try bindRefusal(of: "ipc:///tmp/a\0b").name == "EINVAL")
    #expect(try bindRefusal(of: "tcp://no-such-interface:5555").name == "ENODEV")
  }

  @Test func anOptionThatDoesNotFitNamesItself() throws {
    let context = try Context()
    let socket = try makeSocket(context, .dealer)
    let error = #expect(throws: ZeroMQError.self) { try socket.set(.routerMandatory, true) }
    #expect(error?.name == "EINVAL")
    #expect(error?.operation == "set router mandatory of a dealer socket to true")
  }

  @Test func askingTwiceBreaksTheTurnOfARequestSocket() throws {
    let context = try Context()
    let server = try makeSocket(context, .rep)
    let client = try makeSocket(context, .req)
    try client.connect(try server.bind("inproc://turns"))
    #expect(try client.send([1]))
    let error = #expect(throws: ZeroMQError.self) { try client.send([2]) }
    #expect(error?.name == "EFSM")
    #expect(error?.remedy?.contains("in turn") == true)
  }
}

@Suite struct EndpointTests {
  @Test func wildcardsAreReadBack() throws {
    let context = try Context()
    let tcp = try makeSocket(context, .router)
    let endpoint = try tcp.bind("tcp://127.0.0.1:*")
    let port = try #require(Int(endpoint.dropFirst("tcp://127.0.0.1:".count)))
    #expect((1024...65535).contains(port))
    #expect(try tcp.get(.lastEndpoint) == endpoint)
  }

  @Test func anIpcWildcardHasADirectoryOfItsOwnThatGoesWithTheSocket() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    let endpoint = try pull.bind("ipc://*")
    let path = String(endpoint.dropFirst("ipc://".count))
    let directory = String(path.dropLast("/socket".count))
    #expect(path.hasPrefix("/"))
    var status = stat()
    #expect(stat(directory, &status) == 0 && status.st_mode & 0o777 == 0o700)
    try push.connect(endpoint)
    #expect(try push.send([1]))
    #expect(try pull.receive() == [[1]])
    pull.close()
    #expect(access(directory, F_OK) != 0)
  }

  @Test func anAbstractNameNeedsNoDirectory() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    let name = "ipc://@zeromq-tests-\(getpid())"
    try pull.bind(name)
    try push.connect(name)
    #expect(try push.send([1]))
    #expect(try pull.receive() == [[1]])
  }

  @Test func anEndpointCanBeGivenUpAndTakenAgain() throws {
    let directory = try TemporaryDirectory()
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    let endpoint = try pull.bind(directory.endpoint())
    try push.connect(endpoint)
    try push.disconnect(endpoint)
    #expect(try !push.send([1], .dontWait), "nobody is connected any more")
    try pull.unbind(endpoint)
    #expect(throws: ZeroMQError.self) { try pull.unbind(endpoint) }
  }
}
