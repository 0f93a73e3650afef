import CLibPQ

/// Where a connection stands with regard to transactions, as libpq's `PQtransactionStatus` says.
public enum PostgresTransactionStatus: Sendable, Hashable {
  /// Outside of any transaction.
  case idle
  /// A command is in progress.
  case active
  /// In a transaction, with no command in progress.
  case inTransaction
  /// In a transaction that failed; only a rollback goes through.
  case inFailedTransaction
  /// The connection is closed or broken.
  case unknown

  init(_ status: PGTransactionStatusType) {
    switch status {
    case PQTRANS_IDLE: self = .idle
    case PQTRANS_ACTIVE: self = .active
    case PQTRANS_INTRANS: self = .inTransaction
    case PQTRANS_INERROR: self = .inFailedTransaction
    default: self = .unknown
    }
  }
}
