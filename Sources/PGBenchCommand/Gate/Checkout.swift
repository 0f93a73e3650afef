import Foundation
import PGMeasuring
import PGSystem

/// Gives a commit's files a folder of their own, without a trace in the repository that they come from.
///
/// The folder gets a repository of its own, which borrows the user's objects, and has their settings while
/// files are checked out, so that their filters do what they do in the user's work tree. What git adds, it
/// adds to that repository.
struct Checkout: Sendable {
  let git: GitCommand

  /// Checks a commit out, and its submodules.
  ///
  /// - Parameter folder: It may be there, empty.
  func make(_ commit: String, of repository: Git, in folder: String) async throws {
    try await begin(commit, of: repository.directory, in: folder)
    await copyTags(of: repository, to: folder)
    try await fill(folder, commit, of: repository.directory, workTree: repository.root)
  }

  /// Makes the repository.
  ///
  /// - Throws: `GateFailure` if the other doesn't have the commit.
  private func begin(_ commit: String, of source: GitDirectory, in folder: String) async throws {
    let format = await setting("extensions.objectFormat", of: source) ?? "sha1"
    try await git.run(["init", "--quiet", "--template=", "--object-format=\(format)", "--", folder], in: "/")
    let info = "\(folder)/.git/info"
    let borrowed = "\(folder)/.git/objects/info"
    do {
      for path in [info, borrowed] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      try source.objects.map { GitPath.line($0) + "\n" }.joined().write(
        toFile: "\(borrowed)/alternates", atomically: false, encoding: .utf8)
      for (from, to) in [
        (source.shallow, "\(folder)/.git/shallow"), (source.attributes, "\(info)/attributes"),
      ] {
        try? FileManager.default.removeItem(atPath: to)
        if FileManager.default.fileExists(atPath: from) {
          try FileManager.default.copyItem(atPath: from, toPath: to)
        }
      }
    } catch {
      throw GateFailure(.machineRefused, "\(folder) can't be made: \(error.localizedDescription)")
    }
    try await git.run(["cat-file", "-e", "\(commit)^{commit}"], in: folder)
  }

  /// Writes the files.
  private func fill(_ folder: String, _ commit: String, of source: GitDirectory, workTree: String)
    async throws
  {
    var configurations = [source.configuration]
    if await setting("extensions.worktreeConfig", of: source, as: "--type=bool") == "true",
      FileManager.default.fileExists(atPath: source.ownConfiguration)
    {
      configurations.append(source.ownConfiguration)
    }
    do {
      try await git.run(
        ["checkout", "--quiet", "--force", "--detach", commit], in: folder, configurations: configurations)
    } catch let failure as GateFailure {
      throw GateFailure(
        .gitFailed,
        """
        The files of \(commit.prefix(10)) can't be written: \(failure)
        They are written as in your own work tree, by the filters that your settings name: what these run \
        has to be installed.
        """)
    }
    for submodule in try await Submodule.all(of: commit, in: folder, repository: source, git: git) {
      try await fill(submodule, in: folder, of: source, workTree: workTree)
    }
  }

  private func fill(
    _ submodule: Submodule, in folder: String, of source: GitDirectory, workTree: String
  ) async throws {
    let target = "\(folder)/\(submodule.path)"
    guard let real = FileProbe.machine.resolved(folder), submodule.isNameSafe,
      FileProbe.machine.resolved(target) == "\(real)/\(submodule.path)"
    else {
      throw GateFailure(
        .gitFailed,
        "The submodule \(submodule.name) would lie outside of its folder, so it isn't checked out.")
    }
    let place = "\(workTree)/\(submodule.path)"
    let candidates = source.modules(submodule.name) + [GitDirectory.of(workTree: place)].compactMap(\.self)
    for candidate in candidates {
      do {
        try await begin(submodule.commit, of: candidate, in: target)
      } catch let failure as GateFailure where failure.reason == .gitFailed {
        continue
      }
      return try await fill(target, submodule.commit, of: candidate, workTree: place)
    }
    let remedy =
      candidates.isEmpty
      ? """
      is not in this clone: get it with `git submodule update --init --recursive`, or say that it isn't \
      wanted with `git config \(ShellWord("submodule.\(submodule.name).active")) false`.
      """
      : "is not at \(submodule.commit.prefix(10)) in this clone: fetch it with `git -C \(ShellWord(place)) "
        + "fetch`."
    throw GateFailure(.gitFailed, "The submodule \(submodule.name) of \(workTree) \(remedy)")
  }

  /// Has the checkout know the tags, by which some packages name their version, and replaced objects.
  private func copyTags(of repository: Git, to folder: String) async {
    let format = "--format=create %(refname) %(objectname)"
    guard
      let tags = try? await repository.command.run(
        ["for-each-ref", format, "refs/tags", "refs/replace"], in: repository.root), !tags.isEmpty
    else { return }
    // A tag of an object that a partial clone has not is none for the builds.
    _ = try? await git.run(["update-ref", "--stdin"], in: folder, input: tags + "\n")
  }

  private func setting(_ name: String, of source: GitDirectory, as type: String...) async -> String? {
    try? await git.run(["config", "--file", source.configuration] + type + ["--get", name], in: "/")
  }
}

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
