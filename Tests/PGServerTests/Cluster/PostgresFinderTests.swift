import PGSystem
import Testing

@testable import PGServer

@Suite("Finding PostgreSQL")
struct PostgresFinderTests {
  @Test("PGBENCH_POSTGRES_BIN wins over everything")
  func named() async throws {
    let finder = finder(
      ["/opt/pg/bin", "/usr/bin", "/usr/lib/postgresql/17/bin"],
      environment: ["PGBENCH_POSTGRES_BIN": "/opt/pg/bin", "PATH": "/usr/bin"])
    #expect(try await finder.find().folder == "/opt/pg/bin")
  }

  @Test("A wrong PGBENCH_POSTGRES_BIN is an error that names it and what is missing, not skipped")
  func namedWrongly() async {
    let finder = finder(["/usr/bin"], environment: ["PGBENCH_POSTGRES_BIN": "/nowhere", "PATH": "/usr/bin"])
    await #expect { try await finder.find() } throws: { error in
      let text = "\(error)"
      return (error as? DatabaseServerError)?.code == .invalidConfiguration
        && text.contains("PGBENCH_POSTGRES_BIN is /nowhere")
        && text.contains("no program postgres and no initdb")
    }
  }

  @Test("An empty PGBENCH_POSTGRES_BIN counts as unset")
  func namedEmptily() async throws {
    let finder = finder(["/usr/bin"], environment: ["PGBENCH_POSTGRES_BIN": "", "PATH": "/usr/bin"])
    #expect(try await finder.find().folder == "/usr/bin")
  }

  @Test("A link on PATH leads to the folder that holds the other programs")
  func link() async throws {
    var finder = finder(["/usr/lib/postgresql/15/bin"], environment: ["PATH": "relative:/usr/local/bin:/bin"])
    let isExecutable = finder.files.isExecutable
    finder.files.isExecutable = { $0 == "/usr/local/bin/postgres" || isExecutable($0) }
    finder.files.resolved = { $0 == "/usr/local/bin/postgres" ? "/usr/lib/postgresql/15/bin/postgres" : $0 }
    #expect(try await finder.find().folder == "/usr/lib/postgresql/15/bin")
  }

  @Test("pg_config on PATH is asked after PATH itself, and before the usual folders")
  func pgConfig() async throws {
    var finder = finder(["/custom/bin", "/usr/lib/postgresql/17/bin"], environment: ["PATH": "/usr/bin"])
    let isExecutable = finder.files.isExecutable
    finder.files.isExecutable = { $0 == "/usr/bin/pg_config" || isExecutable($0) }
    finder.binFolder = { $0 == "/usr/bin/pg_config" ? "/custom/bin" : nil }
    #expect(try await finder.find().folder == "/custom/bin")
  }

  @Test("Of several versions the highest is taken, by number and not by letter")
  func highestVersion() async throws {
    let debian = ["9.6", "10", "17", "8.4"].map { "/usr/lib/postgresql/\($0)/bin" }
    #expect(try await finder(debian).find().folder == "/usr/lib/postgresql/17/bin")
    let fedora = ["/usr/pgsql-9.6/bin", "/usr/pgsql-16/bin"]
    #expect(try await finder(fedora).find().folder == "/usr/pgsql-16/bin")
    let homebrew = ["/opt/homebrew/opt/postgresql@14/bin", "/opt/homebrew/opt/postgresql@9.6/bin"]
    #expect(try await finder(homebrew).find().folder == "/opt/homebrew/opt/postgresql@14/bin")
  }

  @Test("A folder with postgres but without initdb is passed over")
  func half() async throws {
    var finder = finder(["/usr/lib/postgresql/15/bin"])
    let names = finder.files.names
    finder.files.names = { $0 == "/usr/lib/postgresql" ? ["17", "15"] : names($0) }
    let isExecutable = finder.files.isExecutable
    finder.files.isExecutable = { $0 == "/usr/lib/postgresql/17/bin/postgres" || isExecutable($0) }
    #expect(try await finder.find().folder == "/usr/lib/postgresql/15/bin")
  }

  @Test("Not found: one error that names what was searched and the command that installs it")
  func notFound() async {
    var finder = finder([], environment: ["PATH": "/a:/b"])
    finder.files.text = { $0 == "/etc/os-release" ? "ID=debian\n" : nil }
    await #expect { try await finder.find() } throws: { error in
      let text = "\(error)"
      let parts = [
        "PATH (/a:/b)", "pg_config --bindir", "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "install",
      ]
      return (error as? DatabaseServerError)?.code == .postgresNotFound && parts.allSatisfy(text.contains)
    }
  }

  @Test(
    "The install command fits the platform",
    arguments: [
      ("ID=debian", "apt-get install postgresql"),
      ("NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"", "apt-get install postgresql"),
      ("ID=fedora", "dnf install postgresql-server"),
      ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", "dnf install postgresql-server"),
      ("", "see https://www.postgresql.org/download/"),
    ])
  func install(osRelease: String, command: String) {
    #expect(InstallAdvice.command(osRelease: osRelease) == command)
  }

  @Test("This machine's PostgreSQL is found, and is no link any more")
  func machine() async throws {
    let finder = PostgresFinder(
      environment: CallersEnvironment.current(), files: .machine, binFolder: { _ in nil })
    let found = try await finder.find()
    #expect(FileProbe.machine.resolved(found.postgres) == found.postgres)
    #expect(FileProbe.machine.isExecutable(found.initdb))
  }

  @Test(
    "A module is found where the distributions put it",
    arguments: [
      ("/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/17/bin/../lib/m.so"),
      ("/usr/bin", "/usr/bin/../lib64/pgsql/m.so"),
      ("/opt/postgresql@17/bin", "/opt/postgresql@17/bin/../lib/postgresql/m.dylib"),
      ("/usr/libexec/postgresql17", "/usr/libexec/postgresql17/../../lib/postgresql17/m.so"),
    ])
  func module(folder: String, path: String) {
    let files = FileProbe(
      isExecutable: { _ in false }, names: { _ in [] }, resolved: { [path, folder].contains($0) ? $0 : nil },
      text: { _ in nil })
    #expect(PostgresInstallation(folder: folder).hasModule("m", files: files))
    #expect(!PostgresInstallation(folder: folder).hasModule("n", files: files))
  }

  /// A file system in which each of the folders holds postgres and initdb.
  private func finder(_ folders: [String], environment: [String: String] = [:]) -> PostgresFinder {
    let programs = Set(folders.flatMap { ["\($0)/postgres", "\($0)/initdb"] })
    return PostgresFinder(
      environment: environment,
      files: FileProbe(
        isExecutable: { programs.contains($0) },
        names: { folder in
          folders.filter { $0.hasPrefix(folder + "/") }
            .compactMap { $0.dropFirst(folder.count + 1).split(separator: "/").first.map(String.init) }
        },
        resolved: { programs.contains($0) ? $0 : nil },
        text: { _ in nil }),
      binFolder: { _ in nil })
  }
}
