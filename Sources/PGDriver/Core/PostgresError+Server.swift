extension PostgresError {
  /// The server's refusal, with what to do about it where the server doesn't say so.
  static func server(_ fields: ServerFields) -> PostgresError {
    PostgresError(.server, fields.message + (fields.adviceOnFormat ?? ""), serverFields: fields)
  }
}

extension ServerFields {
  /// What to do about a type that lacks one of the functions of the binary format.
  ///
  /// The SQLSTATE is that of any function that is missing, so it is told by the source file that
  /// complains: src/backend/utils/cache/lsyscache.c of a column's type, src/backend/utils/adt/arrayfuncs.c
  /// of an array's elements.
  fileprivate var adviceOnFormat: String? {
    guard sqlState == .undefinedFunction else { return nil }
    return switch function {
    case "getTypeBinaryOutputInfo", "array_send":
      ". Ask for the result in text format: query.inTextFormat(), or cast the column to text."
    case "getTypeBinaryInputInfo", "array_recv":
      ". Send the value as a String, which the server reads in text format."
    default: nil
    }
  }
}
