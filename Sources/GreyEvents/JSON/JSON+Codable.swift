// JSON inside a `Codable` struct: what a workload reports, or parameters as they were given.
//
// `JSONEncoding` and `JSONDecoding` pass such a value through untouched. Under any other coder it
// has no order to keep, so that is refused rather than done half.

extension JSON: Codable {
  package init(from decoder: any Decoder) throws {
    throw JSONShapeError(path: "", problem: "JSON is decoded by JSON.decoded(as:) only")
  }
  package func encode(to encoder: any Encoder) throws {
    throw JSONShapeError(path: "", problem: "JSON is encoded by JSON(encoding:) only")
  }
}
