/// Why a gate can't be decided from what was measured, and what to do.
package struct GateRefusal: Error, Hashable {
  package let reason: String

  package init(reason: String) {
    self.reason = reason
  }
}
