/// How CREATE DATABASE copies a template (PostgreSQL manual, CREATE DATABASE, STRATEGY; since version 15).
enum CloneStrategy: String, Sendable {
  /// Copies the files; needs a checkpoint of the whole server before and after.
  case fileCopy = "FILE_COPY"
  /// Copies block by block through the write-ahead log; disturbs no other user of the server.
  case writeAheadLog = "WAL_LOG"

  /// The clause for a server of that version; older ones know the copy of files only.
  func clause(serverVersion: Int32) -> String {
    serverVersion >= 150_000 ? "STRATEGY \(rawValue)" : ""
  }
}
