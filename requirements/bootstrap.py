"""Make `.venv` from the pinned requirements, with nothing but a Python of 3.11 or newer.

Run by `make env`. A second run with unchanged pins does nothing and takes milliseconds.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "pins.sha256"
PINS = [ROOT / "requirements" / name for name in ("bootstrap.txt", "run.txt", "test.txt")]


def run(*command: str | Path) -> None:
    """Run one set-up command; a failure ends the set-up with the command's own words."""
    outcome = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if outcome.returncode:
        sys.exit(f"make env: `{' '.join(map(str, command))}` failed; see above.")


def fingerprint() -> str:
    """The pins, the project's own metadata and the interpreter, as one hash."""
    digest = hashlib.sha256(f"{sys.version} {ENVIRONMENT}".encode())
    for path in [*PINS, ROOT / "pyproject.toml"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_environment(python: Path) -> None:
    """An empty environment that holds uv, however this machine's Python was packaged."""
    if importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)
        pip: list[str | Path] = [python, "-m", "pip"]
    elif importlib.util.find_spec("pip"):
        # Debian's python3 without python3-venv: borrow the machine's pip for one package.
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", ENVIRONMENT)
        pip = [sys.executable, "-m", "pip", "--python", python]
    else:
        sys.exit(
            "make env: this Python has neither ensurepip nor pip; "
            "install one of them (Debian: apt install python3-venv)."
        )
    run(*pip, "install", "--quiet", "--require-hashes", "-r", PINS[0])


def main() -> None:
    """Bring `.venv` to the pinned state, or return at once when it is there already."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older one
        sys.exit(f"make env: Python 3.11 or newer is needed, this is {sys.version.split()[0]}.")
    expected = fingerprint()
    if STAMP.exists() and STAMP.read_text() == expected:
        return
    python = ENVIRONMENT / "bin" / "python"
    make_environment(python)
    os.environ["VIRTUAL_ENV"] = str(ENVIRONMENT)
    uv = ENVIRONMENT / "bin" / "uv"
    run(uv, "pip", "sync", "--quiet", "--require-hashes", PINS[2])
    # Without the index: every build requirement is among the pins.
    run(uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(expected)


if __name__ == "__main__":
    main()
