// What escape analysis decided: for each variable and each allocation, heap or frame.
//
// A decision in favour of the frame needs a proof, so whatever the tables do not know is heap: a
// stage that asks about something that the analysis never saw gets a slower program, not a wrong
// one. Expressions are named by their node ids, variables and functions by their objects.

import GoSyntax

/// Where a program allocates. One expression may do so twice: `a + b` passed as an `any` makes the
/// string and then a box for it.
///
/// The node of a `value` or `variadic` site is without parentheses around it, that of a `box` the
/// operand as written. `&T{}` is the node of the `&`, or of the literal where `&T` is left out.
/// `s += t` has no site; a value with several results boxed has the call's node and an index.
package struct AllocationSite: Hashable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// What the expression itself makes: `&T{}`, `new`, `make` of a slice or map, a slice or map
    /// literal, a function literal, a method value, a string conversion or concatenation, the new
    /// array of an `append`.
    case value
    /// The copy that holds the value when it becomes an interface; the expression is the value,
    /// also where the conversion is written out.
    case box
    /// The slice that holds the variable arguments of the call.
    case variadic
  }
  package let expression: Int
  package let kind: Kind
  /// Which of the values, where a call with several results is boxed.
  package let index: Int

  package init(_ expression: Expression, _ kind: Kind = .value, index: Int = 0) {
    self.expression = expression.id
    self.kind = kind
    self.index = index
  }
}

package enum Placement: Sendable { case frame, heap }

package final class EscapeDecisions {
  var sites: [AllocationSite: Placement] = [:]
  var variables: [ObjectIdentifier: Placement] = [:]
  var byReference: Set<ObjectIdentifier> = []
  var transient: Set<AllocationSite> = []
  var tags: [ObjectIdentifier: [ParameterTag]] = [:]
  var sharing: Set<Int> = []
  /// What `-m` prints, in Go's order.
  package internal(set) var messages: [Diagnostic] = []

  init() {}

  /// Where the allocation of `x` lies. Channels are always on the heap.
  package func placement(
    of x: Expression, _ kind: AllocationSite.Kind = .value, index: Int = 0
  ) -> Placement {
    sites[AllocationSite(x, kind, index: index)] ?? .heap
  }

  /// Whether the variable needs an object of its own on the heap. One without entry was never seen,
  /// as in a function that the analysis was not given; package variables are no business of this.
  package func placement(of variable: Object) -> Placement {
    variables[ObjectIdentifier(variable)] ?? .heap
  }

  /// Whether closures hold the address of this captured variable; else they hold a copy, which is
  /// as good, because nothing assigns to it after the capture.
  package func isCapturedByReference(_ variable: Object) -> Bool {
    byReference.contains(ObjectIdentifier(variable))
  }

  /// The literal, method value or slice in a frame may be made anew in the same place each time:
  /// nothing keeps it beyond the statement.
  package func isTransient(_ x: Expression) -> Bool { transient.contains(AllocationSite(x)) }

  /// The conversion `[]byte(s)` may share the string's bytes: nothing writes to the slice.
  package func mayShareBytes(_ conversion: Expression) -> Bool { sharing.contains(conversion.id) }

  /// Of a declared function or method: one tag a parameter, the receiver first.
  package func parameterTags(of function: Object) -> [ParameterTag]? {
    tags[ObjectIdentifier(function)]
  }
}
