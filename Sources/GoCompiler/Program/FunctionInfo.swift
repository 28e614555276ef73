// A function with a body: declared, method, or literal.
//
// A literal's `captures` are the variables of enclosing functions that it or a literal inside it
// uses, in order of first use: what its closure must hold.

import GoSyntax

package final class FunctionInfo {
  package let name: String
  package let signature: Signature
  package let body: Block
  package let position: Position
  /// The function around a literal; nil at package level.
  package let parent: FunctionInfo?
  package internal(set) var receiver: Object?
  package internal(set) var parameters: [Object] = []
  package internal(set) var results: [Object] = []
  package internal(set) var captures: [Object] = []
  /// Literals directly inside, in source order.
  package internal(set) var literals: [FunctionInfo] = []
  package internal(set) var callsRecover = false
  package internal(set) var hasDefer = false
  /// The package-level object that this belongs to, for dependencies.
  weak var declaration: Object?

  init(
    name: String, signature: Signature, body: Block, position: Position, parent: FunctionInfo?
  ) {
    self.name = name
    self.signature = signature
    self.body = body
    self.position = position
    self.parent = parent
  }

  package var hasNamedResults: Bool { results.contains { !$0.name.isEmpty } }
}
