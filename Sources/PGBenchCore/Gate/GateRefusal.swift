/// Why a gate can't be decided from what was measured, and what to do.
struct GateRefusal: Error, Hashable {
  let reason: String
}
