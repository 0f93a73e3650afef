import PGSystem

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The environment that the test process was started with.
package enum CallersEnvironment {
  package static func current() -> [String: String] { ProcessInfo.processInfo.environment }

  /// The variables of libpq that reach a connection whatever its parameters say.
  ///
  /// libpq takes an empty parameter for one that is not set and then reads the variable; PGTZ, PGDATESTYLE
  /// and PGGEQO have no parameter at all (PostgreSQL manual, section 34.15, "Environment Variables").
  package static let connectionVariables = [
    "PGHOSTADDR", "PGOPTIONS", "PGREQUIREPEER", "PGSERVICE", "PGREQUIREAUTH", "PGSSLCERTMODE",
    "PGSSLNEGOTIATION", "PGMINPROTOCOLVERSION", "PGMAXPROTOCOLVERSION", "PGTZ", "PGDATESTYLE", "PGGEQO",
  ]

  /// Takes those variables out of this process, before it connects to a server of the kit's own.
  package static func withdrawConnectionVariables() {
    for name in connectionVariables where getenv(name) != nil { unsetenv(name) }
  }
}
