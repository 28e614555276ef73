// Which of the valid names somebody probably meant.
//
// Levenshtein distance (insertions, deletions, substitutions) by the usual two-row table. A name
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
    var previous = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var row = [i + 1]
      for (j, y) in b.enumerated() {
        row.append(min(previous[j + 1] + 1, row[j] + 1, previous[j] + (x == y ? 0 : 1)))
      }
      previous = row
    }
    return previous[b.count]
  }
}
