// The oracle's rounds at a node.
//
// It runs on the I/O thread while every worker is parked: nobody else touches frames, mailboxes or
// objects then, and what they wrote is visible, because parking released it.
//
// A heap of ten million objects takes many seconds, and a node that says nothing for so long is
// taken for dead. So a question only notes what is to be done. Each tick then does a bounded piece
// of it, and the next tick is due at once: between two pieces heartbeats, signals and peers have
// their turn. It is answered when it is done, or when the stop has ended before, after which the
// heap is not what it was.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

/// One search, from its first question to its counts. A class, so that nothing copies its sets.
final class ReachSession {
  enum Work {
    case none
    case search
    case count(fromPage: Int)
  }
  let request: UInt64
  /// That it began in: in another one the heap is another.
  let pause: UInt64
  var oracle: ReachabilityOracle
  var counts = ReachCounts()
  var work = Work.none

  init(request: UInt64, pause: UInt64, oracle: ReachabilityOracle) {
    self.request = request
    self.pause = pause
    self.oracle = oracle
  }

  var hasWork: Bool { if case .none = work { false } else { true } }
  /// References, objects or slots looked at in one piece: some milliseconds.
  static let piece = 20_000
}

/// What is white when a cycle is decided must be gone when it is swept. Whoever is to judge that
/// has to know what was white, and the marks do not last: the sweep turns them into allocation
/// bits. So a check is announced before its cycle, and at the decision the heap keeps a copy.
struct Watch {
  let request: UInt64
  /// The cycle whose decision was watched last; zero before the first.
  var epoch = Epoch.zero
}

extension NodeEngine {
  func reach(_ request: UInt64, _ body: [UInt8], _ core: NodeCore) {
    let question: ReachQuestion
    do { question = try ReachQuestion(decoding: body) } catch {
      return answer(request, problem: "\(error)")
    }
    // Neither needs a stop, and nobody waits for an answer: the counts tell whether it was heard.
    switch question {
    case .watch: return watch = Watch(request: request)
    case .unwatch:
      if reach?.request == request { reach = nil }
      return watch?.request == request ? endWatch() : ()
    case .begin, .more, .finish: break
    }
    // As it was when the stop was answered: one that rested may be parking at this moment.
    guard let pause, pause.isTold else { return answerNotStopped(request) }
    if question == .begin {
      reach = ReachSession(
        request: request, pause: pause.number, oracle: ReachabilityOracle(heap: core.heap))
    }
    guard let session = reach, session.request == request else {
      return answer(request, problem: "no search of this number has begun here")
    }
    switch question {
    case .begin:
      var roots: [Reference] = []
      for worker in core.workers { worker.forEachRoot { _, root in roots.append(root) } }
      session.oracle.begin(from: roots)
      session.work = .search
    case .more(let references):
      session.oracle.begin(from: references)
      session.work = .search
    case .finish: session.work = .count(fromPage: 0)
    case .watch, .unwatch: break
    }
  }

  private func answerNotStopped(_ request: UInt64) {
    answer(request, problem: "its workers are not stopped (its lease may have ended)")
  }

  /// One piece of what the oracle has to do.
  func searchOn() {
    guard let core, let session = reach, session.hasWork else { return }
    guard let pause, pause.isTold, pause.number == session.pause else {
      reach = nil
      return answerNotStopped(session.request)
    }
    switch session.work {
    case .none: break
    case .search:
      if session.oracle.goOn(references: ReachSession.piece) { return }
      session.work = .none
      tellFound(session)
    case .count(let page):
      if let next = count(session, core, fromPage: page) {
        session.work = .count(fromPage: next)
      } else {
        tellCounts(session, core)
      }
    }
  }

  private func tellFound(_ session: ReachSession) {
    let told = session.oracle.takeFound(atMost: ReachQuestion.referencesAtOnce)
    tell(session, .found(told, hasMore: session.oracle.hasFound))
  }

  private func tell(_ session: ReachSession, _ reply: ReachAnswer) {
    do {
      send(.inspection(request: session.request, problem: "", body: try reply.encoded()))
    } catch { answer(session.request, problem: "\(error)") }
  }

  private func count(_ session: ReachSession, _ core: NodeCore, fromPage page: Int) -> Int? {
    core.heap.forEachObject(fromPage: page, slots: ReachSession.piece) { object, _ in
      if session.oracle.contains(object.base) {
        session.counts.reachable += 1
        session.counts.reachableBytes += UInt64(object.bytes)
      } else if core.heap.wasWhite(object) {
        session.counts.garbage += 1
      } else {
        session.counts.floating += 1
      }
    }
  }

  private func tellCounts(_ session: ReachSession, _ core: NodeCore) {
    var counts = session.counts
    counts.watchedEpoch = watch?.epoch.rawValue ?? 0
    counts.lostCount = UInt64(session.oracle.lost.count)
    counts.transitEntries = UInt64(core.workers.reduce(0) { $0 + $1.figures.transitEntries })
    func named(_ address: UInt) -> Reference {
      Reference(node: core.node, address: UInt(core.heap.view.offset(of: address)))
    }
    counts.lost = session.oracle.lost.prefix(10).map { named(Reference(rawValue: $0).address) }
    counts.holders = session.oracle.holders.prefix(10).map { $0 == 0 ? .null : named($0) }
    reach = nil
    endWatch()
    tell(session, .counts(counts))
  }

  func endWatch() {
    watch = nil
    core?.heap.forgetWhite()
  }
}
