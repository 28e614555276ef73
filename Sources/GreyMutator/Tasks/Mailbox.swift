// A task's mailbox: messages in the order they came, at most so many.
//
// For the barrier a mailbox is heap, not stack: what is put in is shaded like a stored value (by
// the hand-over, or by S and R when it came in a message), and what is taken out is shaded like
// an overwritten one, because the task that takes it may have been scanned already while its
// mailbox lost it. Scanning it together with its task's stack is sound beside that.

import GreyWire

/// Confined to its task's worker.
struct Mailbox {
  private var messages: [[Word]] = []
  private var head = 0

  var count: Int { messages.count - head }
  var isEmpty: Bool { count == 0 }
  var first: [Word]? { isEmpty ? nil : messages[head] }

  mutating func put(_ message: [Word]) { messages.append(message) }

  mutating func take() -> [Word]? {
    guard head < messages.count else { return nil }
    let message = messages[head]
    messages[head] = []
    head += 1
    if head == messages.count {
      messages.removeAll(keepingCapacity: head <= 64)
      head = 0
    } else if head >= 32, head * 2 >= messages.count {
      messages.removeFirst(head)
      head = 0
    }
    return message
  }

  /// Every reference in it, not null.
  func forEachReference(_ body: (UInt64) -> Void) {
    for message in messages[head...] {
      for word in message where word.isReference && word.bits != 0 { body(word.bits) }
    }
  }
}
