import CLibPQ

// COPY where no data can be given or taken: in a query, or in a script.
extension ConnectionCore {
  /// Has the server give a COPY up, so that the command fails and the connection stays usable.
  func refuseCopy(_ copy: PostgresResult, on handle: OpaquePointer) throws(PostgresError) {
    let refusal = PostgresError(
      .misuse, "COPY can't be run as a query or in a script: use copyIn, copyRows or copyOut.")
    if failure == nil { failure = refusal }
    switch copy.status {
    case PGRES_COPY_IN:
      guard PQputCopyEnd(handle, "COPY was run as a query") == 1 else { throw lost() }
      mustFlush = true
    case PGRES_COPY_OUT:
      if cancelReason == nil { cancelReason = refusal }
      isDroppingCopy = true
    default:
      close()
      throw PostgresError(.misuse, "Replication can't be run as a query. The connection was closed.")
    }
  }
}

extension PostgresResult {
  /// Whether the connection is in the middle of a COPY.
  var isCopy: Bool {
    let status = status
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH
  }
}
