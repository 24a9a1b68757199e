"""What is checked before a change lands. `nox` runs all of it; `nox -s NAME` one part."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

# The environment in which nox itself was installed has all that is needed, whether it is activated or not.
nox.options.default_venv_backend = "none"
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))

SOURCES = ("src", "tests", "noxfile.py")


@nox.session
def lint(session: nox.Session) -> None:
    """The code is formatted, and ruff finds nothing."""
    session.run("ruff", "format", "--check", *SOURCES)
    session.run("ruff", "check", *SOURCES)


@nox.session
def types(session: nox.Session) -> None:
    """Source, tests and this file pass strict mypy."""
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """A module imports only from the layers below it."""
    session.run("lint-imports", "--no-cache")


@nox.session
def tests(session: nox.Session) -> None:
    """The tests pass, in random order, on both cores, with branch coverage. Those of `az` only where there is one."""
    session.run("pytest", "-n", "2", "--cov", "--cov-report=term:skip-covered", *session.posargs)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Every example of the docs and the README runs, and every link leads somewhere. `tests` does this too."""
    session.run("pytest", "tests/docs", *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Any file is read or refused in words, for ten minutes; `nox -s fuzz -- SECONDS` for another time."""
    seconds, *others = session.posargs or ("600",)
    settings = {"ACR_IDENTITY_FUZZ_SECONDS": seconds}
    session.run("pytest", "tests/fuzz", *others, env=settings)


@nox.session(venv_backend="venv", default=False)
def az(session: nox.Session) -> None:
    """The Azure CLI itself works on the served emulator."""
    # It pins other versions of the Azure SDK than ours, so it has an environment of its own, without this package.
    session.install("azure-cli")
    settings = {"ACR_IDENTITY_AZ": str(Path(session.bin, "az"))}
    session.run(sys.executable, "-m", "pytest", "tests/az", *session.posargs, env=settings, external=True)


@nox.session(venv_backend="venv")
def wheel(session: nox.Session) -> None:
    """The built wheel, alone in a new environment, applies an example."""
    target = Path(session.create_tmp())
    shutil.rmtree(target / "wheel", ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target / "wheel"), ".")
    session.install(*map(str, (target / "wheel").glob("*.whl")))
    spec = Path("examples/cross-registry/spec.yaml").resolve()
    state = target / "state.json"
    state.unlink(missing_ok=True)
    session.run("acr-identity", "apply", str(spec), "--emulator", "--state", str(state))
