/// How a transaction is begun, and what is done when the server gives it up.
///
/// PostgreSQL manual, "BEGIN" and section 13.2, "Transaction Isolation".
public struct TransactionOptions: Sendable, Hashable {
  /// How much a transaction sees of others.
  public enum IsolationLevel: String, Sendable, Hashable, CaseIterable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// All statements see what was committed before the first.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other.
    case serializable = "SERIALIZABLE"
  }

  /// The isolation level; nil for the server's default.
  public var isolation: IsolationLevel?

  /// Whether the transaction can only read; nil for the server's default.
  public var isReadOnly: Bool?

  /// Whether a serializable, read-only transaction may wait at its begin, never to fail later.
  public var isDeferrable: Bool

  /// How many times the body is run again after a serialization failure or a deadlock.
  public var retries: Int

  /// Makes options; without any, the server's defaults apply and nothing is tried again.
  public init(
    isolation: IsolationLevel? = nil, isReadOnly: Bool? = nil, isDeferrable: Bool = false, retries: Int = 0
  ) {
    self.isolation = isolation
    self.isReadOnly = isReadOnly
    self.isDeferrable = isDeferrable
    self.retries = retries
  }
}
