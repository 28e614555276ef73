// A program as a run: what the cluster knows of it is its text form, a parameter.

import GreyBytecode
import GreyHeap
import GreyMutator

package struct ProgramWorkload: Workload {
  package static let name = "program"
  package static let summary = "runs a compiled program"
  package static let parameters: [ParameterDescription] = [
    .text("image", default: "", help: "the program, as `ProgramImage` writes it")
  ]
  package static let typeLimit = 4096

  private let loaded: LoadedProgram

  package init(parameters: ParameterValues) throws(ParameterError) {
    let text = parameters.text("image")
    do {
      loaded = try LoadedProgram(try ProgramImage.decode(text))
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
      }
    ]
  }
}
