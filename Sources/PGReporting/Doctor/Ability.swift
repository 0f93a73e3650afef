/// Whether something could be done.
package enum Ability: Sendable, Hashable {
  /// It was done.
  case works
  /// It was refused, in the words of the system or the server.
  case refused(reason: String)
}
