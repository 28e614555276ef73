// A program as a run: what the cluster knows of it is where its text form lies, or, where that is
// short, the text itself.

import Foundation
import GreyBytecode
import GreyHeap
import GreyMutator

package struct ProgramWorkload: Workload {
  package static let name = "program"
  package static let summary = "runs a compiled program"
  package static let parameters: [ParameterDescription] = [
    .text("image", default: "", help: "the program, as `ProgramImage` writes it"),
    .file("file", default: "", help: "a file that holds it"),
    .text("arguments", default: "[]", help: "what it is started with: a list of strings in JSON"),
  ]
  package static let typeLimit = 4096

  /// What `go` starts, with a closure.
  static let goroutine: FunctionIndex = 1

  private let loaded: LoadedProgram

  package init(parameters: ParameterValues) throws(ParameterError) {
    var text = parameters.text("image")
    let path = parameters.text("file")
    if !path.isEmpty {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw .invalidValue(
          key: "file", value: path, expected: "a file that can be read", nearest: nil)
      }
      text = String(decoding: data, as: UTF8.self)
    }
    do {
      let words = Data(parameters.text("arguments").utf8)
      loaded = try LoadedProgram(
        try ProgramImage.decode(text),
        arguments: try JSONDecoder().decode([String].self, from: words))
    } catch {
      throw .invalidValue(
        key: "image", value: String(text.prefix(20)), expected: "a program: \(error)",
        nearest: nil)
    }
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    try LoadedProgram.types(of: loaded.program)
  }

  /// The package variables and the string constants.
  package var globals: Int { 2 }

  package var functions: [FunctionDescription] {
    let loaded = loaded
    return [
      FunctionDescription(name: "main", layout: FrameLayout(slots: 1)) {
        Goroutine(loaded, isMain: true)
      },
      FunctionDescription(
        name: "go", layout: FrameLayout(slots: 1, references: [0]), arguments: 1
      ) {
        Goroutine(loaded, isMain: false)
      },
    ]
  }
}
