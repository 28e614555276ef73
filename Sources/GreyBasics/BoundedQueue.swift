// A queue between two floors of one process: any thread puts, any thread takes, and `put` never
// makes it longer than its bound (`putAlways` does, for what is bounded elsewhere). It neither
// blocks nor wakes anybody: who puts into it tells the taker by whatever the world has (an eventfd,
// a futex, nothing at all in the simulator).

import Synchronization

@usableFromInline
package final class BoundedQueue<Element: Sendable>: Sendable {
  @frozen @usableFromInline
  struct State {
    @usableFromInline var items: [Element] = []
    @usableFromInline var head = 0
    @inlinable init() {}
  }

  /// Protects the whole queue; held for a few instructions, never while calling out.
  @usableFromInline let state = Guarded(State())
  @usableFromInline let approximateCount = Atomic<Int>(0)
  @usableFromInline package let capacity: Int

  /// - Parameter capacity: elements held at most; at least one.
  @inlinable package init(capacity: Int) { self.capacity = max(1, capacity) }

  /// False when the queue is full: the element was not taken.
  @inlinable package func put(_ element: Element) -> Bool {
    state.withLock { state in
      guard state.items.count - state.head < capacity else { return false }
      state.items.append(element)
      approximateCount.store(state.items.count - state.head, ordering: .relaxed)
      return true
    }
  }

  /// Puts past the bound: for the few kinds of element whose number is bounded elsewhere.
  @inlinable package func putAlways(_ element: Element) {
    state.withLock { state in
      state.items.append(element)
      approximateCount.store(state.items.count - state.head, ordering: .relaxed)
    }
  }

  @inlinable package func take() -> Element? {
    if isEmptyHint { return nil }
    return state.withLock { state in
      guard state.head < state.items.count else { return nil }
      let element = state.items[state.head]
      state.head += 1
      // Compacting when half is dead keeps both the cost a put and the memory bounded.
      if state.head == state.items.count {
        state.items.removeAll(keepingCapacity: state.head <= 1024)
        state.head = 0
      } else if state.head >= 256, state.head * 2 >= state.items.count {
        state.items.removeFirst(state.head)
        state.head = 0
      }
      approximateCount.store(state.items.count - state.head, ordering: .relaxed)
      return element
    }
  }

  /// All that is queued now, oldest first.
  @inlinable package func takeAll() -> [Element] {
    if isEmptyHint { return [] }
    return state.withLock { state in
      let all = Array(state.items[state.head...])
      state.items.removeAll(keepingCapacity: all.count <= 1024)
      state.head = 0
      approximateCount.store(0, ordering: .relaxed)
      return all
    }
  }

  @inlinable package var count: Int { state.withLock { $0.items.count - $0.head } }
  /// May be stale by what another thread does at this moment; exact when nobody else works.
  @inlinable package var isEmptyHint: Bool { approximateCount.load(ordering: .relaxed) == 0 }
}
