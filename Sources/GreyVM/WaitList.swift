// Who waits for the same thing: first come, first served, and anybody may leave at once.
//
// A doubly linked list whose links are indices into an array, so that a place stays the same while
// others come and go: a goroutine that waits at several channels leaves all of them when one serves
// it, wherever in their lists it is.

struct WaitList<Element> {
  private struct Link {
    var element: Element?
    var previous: Int
    var next: Int
  }
  private var links: [Link] = []
  private var spare: [Int] = []
  /// Below zero: nobody.
  private var head = -1
  private var tail = -1

  var isEmpty: Bool { head < 0 }
  var first: Element? { head < 0 ? nil : links[head].element }

  /// - Returns: its place.
  mutating func append(_ element: Element) -> Int {
    let link = Link(element: element, previous: tail, next: -1)
    let place: Int
    if let free = spare.popLast() {
      place = free
      links[place] = link
    } else {
      place = links.count
      links.append(link)
    }
    if tail < 0 { head = place } else { links[tail].next = place }
    tail = place
    return place
  }

  mutating func remove(at place: Int) {
    let (previous, next) = (links[place].previous, links[place].next)
    links[place].element = nil
    if previous < 0 { head = next } else { links[previous].next = next }
    if next < 0 { tail = previous } else { links[next].previous = previous }
    if head < 0 {
      // Long ones are given back.
      links.removeAll(keepingCapacity: links.count <= 64)
      spare.removeAll(keepingCapacity: spare.count <= 64)
    } else {
      spare.append(place)
    }
  }

  mutating func removeFirst() -> Element? {
    guard head >= 0 else { return nil }
    let element = links[head].element
    remove(at: head)
    return element
  }
}
