/// Whether something could be done.
package enum Ability: Sendable, Hashable {
  /// It was done.
  case works
  /// It was refused, in the words of whoever refused it.
  case refused(reason: String)
}
