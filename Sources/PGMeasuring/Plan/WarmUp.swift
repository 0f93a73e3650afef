/// How much is run before anything is measured, in each session anew, since its connections are fresh.
public enum WarmUp: Sendable, Hashable, Codable {
  /// Past the server's change to a generic plan, which comes with a statement's sixth execution, and then
  /// some.
  ///
  /// PostgreSQL manual, PREPARE, "Notes". It ends when 32 operations of each variant have run and the times
  /// of all have stopped falling (`SteadyState`), or when a fifth of the session's share of the budget is
  /// spent.
  case automatic

  /// So many operations of each variant.
  case operations(Int)

  /// At least so long, all variants together.
  case time(Duration)
}
