"""What is checked before a change lands. `nox` runs all of it; `nox -s NAME` one part."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from subprocess import DEVNULL

import nox

# The environment in which nox itself was installed has all that is needed, whether it is activated or not.
nox.options.default_venv_backend = "none"
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))

SOURCES = ("src", "tests", "benchmarks", "noxfile.py")
CONSTRAINTS = Path("constraints.txt").resolve()
"""The versions that were tested together; the package itself names ranges."""
MAKES_CONSTRAINTS = "nox -s constraints"
TOGETHER = {"PIP_CONSTRAINT": str(CONSTRAINTS)}
"""Unlike `--constraint`, it holds for what builds a package as well."""
PARTS = {
    "plan": (["plan/*", "access.py"], ["plan", "access"]),
    "execute": (["execute/*"], ["execute"]),
    "observe": (["observe.py"], ["observe"]),
    "changes": (["changes/*"], ["changes"]),
    "convert": (["sdk/convert/*", "sdk/writes.py"], ["sdk"]),
    "spec": (["spec/*"], ["spec"]),
}
"""What is changed to see whether a test notices, and the folders of the tests that must."""
LEAST_NOTICED = 90
"""How many of a hundred changes. Some make no difference: an order before a set, a name that nobody reads."""


def newest_python() -> str:
    """Return the newest Python that is there. A name on the path may be a stand-in that starts nothing."""
    names = (f"python3.{minor}" for minor in range(20, 10, -1))
    return next(name for name in names if shutil.which(name) and not subprocess.call([name, "-c", ""], stderr=DEVNULL))


@nox.session
def lint(session: nox.Session) -> None:
    """The code is formatted, and ruff finds nothing."""
    session.run("ruff", "format", "--check", *SOURCES)
    session.run("ruff", "check", *SOURCES)


@nox.session
def types(session: nox.Session) -> None:
    """Source, tests and this file pass strict mypy; the examples of the docs pass it, and strict pyright, too."""
    session.run("mypy")
    examples = str(Path(session.create_tmp(), "examples"))
    session.run("python", "-m", "docs.typed", examples, env={"PYTHONPATH": f"src{os.pathsep}tests"})
    session.run("mypy", "--config-file=", "--strict", "--python-version=3.11", examples, env={"MYPYPATH": "src"})
    session.run("basedpyright", "--project", examples, "--pythonpath", sys.executable)


@nox.session
def layers(session: nox.Session) -> None:
    """A module imports only from the layers below it."""
    session.run("lint-imports", "--no-cache")


@nox.session
def tests(session: nox.Session) -> None:
    """The tests pass, in random order, on both cores, with branch coverage. Those of `az` only where there is one."""
    gate = ("--cov-fail-under=0",) if session.posargs else ()  # it holds for the whole suite only
    session.run("pytest", "-n", "2", "--cov", "--cov-report=term:skip-covered", *gate, *session.posargs)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Every example of the docs and the README runs, and every link leads somewhere. `tests` does this too."""
    session.run("pytest", "tests/docs", *session.posargs)


@nox.session(default=False)
def race(session: nox.Session) -> None:
    """The first plan of 200 processes is right, however their threads are switched. `nox -s race -- 20` for fewer."""
    session.run("python", "-m", "race.plans", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session(default=False)
def nightly(session: nox.Session) -> None:
    """What must hold always is tried with forty times as many examples, drawn anew each time."""
    session.run("pytest", "tests/properties", "-n", "2", *session.posargs, env={"HYPOTHESIS_PROFILE": "nightly"})


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Any file is read or refused in words, for ten minutes; `nox -s fuzz -- SECONDS` for another time."""
    seconds, *others = session.posargs or ("600",)
    settings = {"ACR_IDENTITY_FUZZ_SECONDS": seconds}
    session.run("pytest", "tests/fuzz", *others, env=settings)


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """The figures of docs/explanation/performance.md, measured anew. It takes minutes, and wants a quiet machine."""
    for each in ("planning", "fresh_apply"):
        session.run("python", "-m", f"benchmarks.{each}", env={"PYTHONPATH": "tests"})


@nox.session(venv_backend="venv", default=False)
def az(session: nox.Session) -> None:
    """The Azure CLI itself works on the served emulator."""
    # It pins other versions of the Azure SDK than ours, so it has an environment of its own, without this package.
    session.install("azure-cli")
    settings = {"ACR_IDENTITY_AZ": str(Path(session.bin, "az"))}
    session.run(sys.executable, "-m", "pytest", "tests/az", *session.posargs, env=settings, external=True)


@nox.session(venv_backend="venv")
def wheel(session: nox.Session) -> None:
    """The built wheel, alone in a new environment, applies an example; with its extra it serves too."""
    target = Path(session.create_tmp())
    shutil.rmtree(target / "wheel", ignore_errors=True)
    build = ("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target / "wheel"), ".")
    session.run(*build, env=TOGETHER)
    session.install(*map(str, (target / "wheel").glob("*.whl")), env=TOGETHER)
    spec = Path("examples/cross-registry/spec.yaml").resolve()
    state = target / "state.json"
    state.unlink(missing_ok=True)
    session.run("acr-identity", "apply", str(spec), "--emulator", "--state", str(state))
    serve = ("acr-identity", "emulator", "run", "--state", str(state), "--", "acr-identity", "plan", str(spec))
    told = session.run(*serve, success_codes=[1], silent=True)
    if "pip install 'acr-identity[emulator]'" not in " ".join(str(told).split()):
        session.error(f"without its extra, it does not say what to install:\n{told}")
    (built,) = (target / "wheel").glob("*.whl")
    session.install(f"acr-identity[emulator] @ {built.resolve().as_uri()}", env=TOGETHER)
    session.run(*serve)


@nox.session(venv_backend="venv", default=False)
def mutation(session: nox.Session) -> None:
    """The tests of each part notice small changes of its code. `-- plan` tries one part; `-- plan observe` two."""
    session.install("--editable", ".[emulator,mutation,test]", env=TOGETHER)
    for part in session.posargs or PARTS:
        files, tests = PARTS[part]
        place = Path(session.create_tmp(), part)
        shutil.rmtree(place, ignore_errors=True)
        for folder in ("src", "tests"):
            shutil.copytree(folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
        settings = {
            "source_paths": ["src"],
            "only_mutate": [f"src/acr_identity/{name}" for name in files],
            "pytest_add_cli_args": ["-p", "no:randomly"],
            "pytest_add_cli_args_test_selection": [f"tests/{name}" for name in tests],
        }
        table = "\n".join(["", "[tool.mutmut]", *(f"{key} = {value}" for key, value in settings.items()), ""])
        (place / "pyproject.toml").write_text(Path("pyproject.toml").read_text(encoding="utf-8") + table, "utf-8")
        with session.chdir(place):
            session.run("mutmut", "run", env={"CI": "1", "NO_COLOR": "1"})
            session.run("mutmut", "export-cicd-stats", silent=True)
            session.run("mutmut", "results")
        counts = json.loads((place / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
        noticed = 100 * (counts["killed"] + counts["timeout"]) / counts["total"]
        session.log(f"{part}: the tests notice {noticed:.1f} % of {counts['total']} changes")
        if noticed < LEAST_NOTICED:
            session.error(f"at least {LEAST_NOTICED} % are wanted; `mutmut show NAME` in {place} shows one")


@nox.session(venv_backend="venv", default=False)
def constraints(session: nox.Session) -> None:
    """The versions that were tested together are today's newest: writes constraints.txt anew."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    session.install("--editable", ".[dev,mutation]", *project["build-system"]["requires"])
    frozen = session.run("python", "-m", "pip", "freeze", "--exclude-editable", silent=True)
    lines = [line for line in str(frozen).splitlines() if re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)]
    CONSTRAINTS.write_text("\n".join([f"# Made by: {MAKES_CONSTRAINTS}", *lines, ""]), encoding="utf-8")


@nox.session(venv_backend="venv", default=False)
def lowest(session: nox.Session) -> None:
    """The tests pass with the lowest versions that the package allows."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    lows = [re.sub(r">=([\w.]+).*", r"==\1", requirement) for requirement in project["dependencies"]]
    session.install("--editable", ".[dev]", *lows)
    session.run("pytest", "-n", "2", *session.posargs)


@nox.session(venv_backend="venv", python=newest_python(), default=False)
def newest(session: nox.Session) -> None:
    """The tests pass with today's newest versions, on the newest Python that is there."""
    session.install("--upgrade", "--upgrade-strategy", "eager", "--editable", ".[dev]")
    session.run("pytest", "-n", "2", *session.posargs)
