import PGSystem

/// A submodule that a commit has.
struct Submodule: Sendable, Hashable {
  /// As .gitmodules has it; the repository keeps it by this name.
  let name: String
  /// Where it lies in the work tree.
  let path: String
  /// The commit that it is to be at.
  let commit: String

  /// Whether the name stays in the folder of the submodules: it is the commit's to choose.
  var isNameSafe: Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
      && !name.contains("\0")
  }

  /// The submodules of a commit that is checked out in a folder, but those that the commit or the user
  /// doesn't want: `update = none` and `active = false` (gitsubmodules(7)).
  static func all(
    of commit: String, in folder: String, repository: GitDirectory, git: GitCommand
  ) async throws -> [Submodule] {
    guard FileProbe.machine.text("\(folder)/.gitmodules") != nil else { return [] }
    let wanted = await settings(["--blob", "\(commit):.gitmodules"], in: folder, git)
    let own = await settings(["--file", repository.configuration], in: folder, git)
    var names: [String: String] = [:]
    for (name, settings) in wanted {
      let update = own[name]?["update"] ?? settings["update"]
      guard let path = settings["path"], update != "none", !isOff(own[name]?["active"]) else { continue }
      names[path] = name
    }
    guard !names.isEmpty else { return [] }
    let listing = try await git.run(["ls-tree", "-z", commit, "--"] + names.keys.sorted(), in: folder)
    return listing.split(separator: "\0").compactMap { entry in
      // Such as `160000 commit 61ed188…<tab>Vendor/lib`.
      let parts = entry.split(separator: "\t", maxSplits: 1)
      guard parts.count == 2, entry.hasPrefix("160000 "), let name = names[String(parts[1])],
        let commit = parts[0].split(separator: " ").last
      else { return nil }
      return Submodule(name: name, path: String(parts[1]), commit: String(commit))
    }
  }

  /// The words that git takes for no (git-config(1), "Values").
  private static func isOff(_ value: String?) -> Bool {
    ["false", "no", "off", "0"].contains(value?.lowercased() ?? "")
  }

  /// The settings `submodule.NAME.KEY` of a file, by name and key.
  private static func settings(
    _ source: [String], in folder: String, _ git: GitCommand
  ) async -> [String: [String: String]] {
    let pattern = #"^submodule\..*\.(path|update|active)$"#
    let text = (try? await git.run(["config"] + source + ["-z", "--get-regexp", pattern], in: folder)) ?? ""
    var settings: [String: [String: String]] = [:]
    for entry in text.split(separator: "\0") {
      let parts = entry.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let dot = parts[0].lastIndex(of: ".") else { continue }
      let name = parts[0][..<dot].dropFirst("submodule.".count)
      settings[String(name), default: [:]][String(parts[0][dot...].dropFirst())] = String(parts[1])
    }
    return settings
  }
}
