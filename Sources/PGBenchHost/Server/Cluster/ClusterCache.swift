#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Freshly initialised clusters, kept between runs: copying one takes a tenth of the time that initdb takes.
///
/// An entry is a folder with `data`, the cluster, and `complete`, which is written last and holds the number
/// of files in `data`. It is built beside its place and renamed into it, so that of two processes that build
/// at once both find a whole one, and so that a process that dies on the way leaves none.
struct ClusterCache: Sendable {
  let folder: String
  let shell: ServerShell

  /// The path of the entry for a recipe, and whether it was made just now.
  func entry(for recipe: ClusterRecipe) async throws(DatabaseServerError) -> (path: String, isNew: Bool) {
    let entry = folder + "/" + recipe.cacheKey
    if access(entry + "/complete", F_OK) == 0 {
      if try await isWhole(entry) { return (entry, false) }
      try await discard(entry)
    }
    try await build(entry, from: recipe)
    return (entry, true)
  }

  private func isWhole(_ entry: String) async throws(DatabaseServerError) -> Bool {
    let check = #"[ "$(find "$1/data" | wc -l)" -eq "$(cat "$1/complete")" ]"#
    return try await shell.run(check, [entry]).isSuccess
  }

  /// Takes an entry that turned out to be broken out of the way.
  func discard(_ entry: String) async throws(DatabaseServerError) {
    _ = try await shell.run(#"mv "$1" "$2" && rm -rf "$2""#, [entry, besides(entry, "broken")])
  }

  private func build(_ entry: String, from recipe: ClusterRecipe) async throws(DatabaseServerError) {
    let building = besides(entry, "building")
    let outcome = try await shell.run(
      Self.buildScript,
      [building, recipe.configuration, recipe.installation.initdb] + ClusterRecipe.initdbOptions)
    guard outcome.isSuccess else {
      throw DatabaseServerError(
        .initialisationFailed,
        """
        No database cluster could be made in \(folder) by \(recipe.installation.initdb) (as user \
        \(shell.user.name)). It said:
        \(outcome.output)
        """)
    }
    if rename(building, entry) != 0 {
      // Either another process was first, or what lies there is no entry: one without `complete`.
      if access(entry + "/complete", F_OK) != 0 {
        try await discard(entry)
        _ = rename(building, entry)
      }
      _ = try await shell.run(#"rm -rf "$1""#, [building])
    }
    guard access(entry + "/complete", F_OK) == 0 else {
      throw DatabaseServerError(
        .initialisationFailed,
        "The new cluster could not be moved to \(entry). Remove that folder, and retry.")
    }
  }

  private func besides(_ entry: String, _ purpose: String) -> String {
    "\(entry).\(purpose)-\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
  }

  /// Makes the cluster, then clears what died on the way a day ago and what nobody used for a month.
  private static let buildScript = #"""
    umask 077
    cd /
    building=$1 settings=$2 initdb=$3
    shift 3
    mkdir "$building" && "$initdb" --pgdata="$building/data" "$@" \
      && printf '%s' "$settings" >> "$building/data/postgresql.conf" \
      && find "$building/data" | wc -l > "$building/complete.new" \
      && mv "$building/complete.new" "$building/complete" \
      || { status=$?; rm -rf "$building"; exit $status; }
    cd "${building%/*}" || exit 0
    find . -name 'cluster-*.*-*-*' -prune -mtime +1 -exec rm -rf {} + 2>&1
    find . -name 'cluster-*' -prune -mtime +30 -exec rm -rf {} + 2>&1
    exit 0
    """#
}
