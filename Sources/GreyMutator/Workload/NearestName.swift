// Which of the valid names somebody probably meant.
//
// Edit distance with insertions, deletions, substitutions and swaps of neighbours (optimal string
// alignment), by a table of three rows. A name
// is offered only when it is near enough to be a slip of the fingers: at most a third of its
// letters, and at least one; otherwise no suggestion is better than a random one.

package enum NearestName {
  package static func of(_ word: String, in names: [String]) -> String? {
    var best: (name: String, distance: Int)?
    for name in names {
      let distance = distance(word.lowercased(), name.lowercased())
      guard distance <= max(1, max(name.count, word.count) / 3) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (name, distance) }
    }
    return best?.name
  }

  package static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.unicodeScalars)
    let b = Array(b.unicodeScalars)
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = min(best, beforePrevious[j - 1] + 1)
        }
        row.append(best)
      }
      (beforePrevious, previous) = (previous, row)
    }
    return previous[b.count]
  }
}
