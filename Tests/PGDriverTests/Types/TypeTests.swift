import Testing

/// The tests of types: one at a time, for each keeps a connection and a processor busy, of which other tests
/// want theirs.
@Suite("Types", .serialized, .timeLimit(.minutes(5)))
enum TypeTests {}
