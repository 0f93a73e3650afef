import PGSystem

/// The shell that starts the server as its child, outlives this process, and then removes server and folder.
final class Watchdog: Sendable {
  private let shell: PipedShell

  /// Starts the shell, which copies the cached cluster into the folder and starts the server on it.
  init(
    recipe: ClusterRecipe, cacheEntry: String, folder: PrivateFolder, shell: ServerShell
  ) throws(DatabaseServerError) {
    do throws(SystemError) {
      self.shell = try PipedShell(
        shell.configuration(
          Self.script, [folder.path, recipe.installation.postgres, cacheEntry] + recipe.serverOptions))
    } catch {
      throw DatabaseServerError(.startFailed, error.description)
    }
  }

  /// The process identifier of the shell; nil until it runs.
  var processIdentifier: pid_t? { shell.processIdentifier }

  /// Whether the server has ended, or never started.
  var serverHasEnded: Bool { shell.outputHasEnded }

  /// Has the server stopped and the folder removed; does not wait for it.
  func letGo() { shell.letGo() }

  /// `$1` the folder, `$2` postgres, `$3` the entry of the cache or a folder like one, then further options
  /// of the server.
  ///
  /// Two shells: one waits for the end of the input, the other for the end of the server, since no portable
  /// shell waits for both; the file `ended` keeps the first from signalling a number that is free again.
  /// SIGQUIT is PostgreSQL's immediate shutdown: there is nothing to save. A backend that is stopped by a
  /// signal doesn't receive it; the server kills such a backend after five seconds (PostgreSQL's
  /// SIGKILL_CHILDREN_AFTER_SECS), and must live that long.
  private static let script = #"""
    trap '' HUP INT QUIT TERM PIPE
    umask 077
    cd /
    folder=$1 postgres=$2 entry=$3
    shift 3
    exec 3<&0 </dev/null 2>>"$folder/server.log"

    # A cluster that was made for this server only is in its folder already.
    if case $entry in "$folder"/*) mv "$entry/data" "$folder/data" ;; *) false ;; esac \
      || cp -R --reflink=auto "$entry/data" "$folder/data" 2>/dev/null \
      || { rm -rf "$folder/data"; cp -cR "$entry/data" "$folder/data" 2>/dev/null; } \
      || { rm -rf "$folder/data"; cp -R "$entry/data" "$folder/data"; }
    then
      touch "$entry"
      "$postgres" -D "$folder/data" -k "$folder" "$@" >&2 3<&- &
      server=$!
      (
        while read -r line <&3; do :; done
        [ -e "$folder/ended" ] || kill -QUIT "$server"
        tries=0
        while [ ! -e "$folder/ended" ] && [ "$tries" -lt 350 ]; do tries=$((tries + 1)); sleep 0.02; done
        [ -e "$folder/ended" ] || kill -KILL "$server"
      ) >/dev/null 2>&1 &
      reader=$!
      wait "$server"
      echo "pgbenchkit: the server ended with status $?" >&2
      \#(ServerShell.removalOfSharedMemory)
      : > "$folder/ended"
      exec >&-
      wait "$reader"
    else
      exec >&-
      while read -r line <&3; do :; done
    fi
    rm -rf "$folder"
    """#
}
