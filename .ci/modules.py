"""What the compiler needs to import the modules that `swift build` has left; or those in the folder that $MODULES names."""
import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def output(*command: str) -> str:
    """What a command prints, run in the package's folder."""
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def target() -> dict:
    """The compiler's target, and the paths of its resources."""
    return json.loads(output("swiftc", "-print-target-info"))


def libpq() -> list[str]:
    """Where libpq's header files are: Debian's libpq-dev has pg_config, and doesn't ask for pkg-config."""
    if shutil.which("pkg-config"):
        return output("pkg-config", "--cflags", "libpq").split()
    return ["-I" + output("pg_config", "--includedir")]


def import_flags() -> list[str]:
    """The flags by which the modules are found, and those in C that they import: the package's own and its dependencies'."""
    modules = Path(os.environ.get("MODULES") or output("swift", "build", "--show-bin-path") + "/Modules")
    maps = [ROOT / "Sources/CLibPQ/module.modulemap", *sorted(modules.parent.glob("*.build/module.modulemap"))]
    for scratch in {ROOT / ".build", modules.parent}:
        maps += sorted(scratch.glob("checkouts/*/Sources/*/include/module.modulemap"))
    return [
        "-I", str(modules),
        *[word for path in maps for word in ("-Xcc", f"-fmodule-map-file={path}")],
        *[word for flag in libpq() for word in ("-Xcc", flag)],
    ]
