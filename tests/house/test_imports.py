"""What is loaded, and when."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import acr_identity

ROOT = Path(__file__).parents[2]
HEAVY = {"azure", "msal", "requests", "rich", "aiohttp", "urllib3"}


def loaded_by(*arguments: str) -> set[str]:
    """Return the heavy packages that a command has loaded when it ends."""
    script = (
        "import sys\nsys.argv = ['acr_identity', *sys.argv[1:]]\n"
        "try:\n    import runpy; runpy.run_module('acr_identity', run_name='__main__')\n"
        "except SystemExit as ended:\n    assert not ended.code, ended.code\n"
        "print('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("apply", "--help"), ("validate", str(ROOT / "examples/key-vault/spec.yaml")), ("schema",)],
    ids=" ".join,
)
def test_what_needs_no_azure_loads_no_azure(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) == set()


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import sys, acr_identity; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not (HEAVY | {"pydantic", "yaml", "click"}) & set(done.stdout.split())


def test_every_public_name_can_be_loaded_and_no_other() -> None:
    assert dir(acr_identity) == sorted(acr_identity.__all__)
    assert all(getattr(acr_identity, name) is not None for name in acr_identity.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        acr_identity.Nonsense  # noqa: B018


def test_a_command_loads_no_room_but_its_own() -> None:
    script = (
        "import sys\nfrom acr_identity.cli import main\nassert main(['plan', '--help']) == 0\n"
        "print(*sorted(name for name in sys.modules if name.startswith('acr_identity.cli.')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    shared = ("command_line", "console", "endings", "entry", "failures", "options")
    assert done.stderr.split() == sorted(f"acr_identity.cli.{name}" for name in (*shared, "plan"))


@pytest.mark.parametrize(("example", "loaded"), [("cross-registry", False), ("key-vault", True)])
def test_the_client_of_vaults_is_loaded_where_a_plan_changes_a_vault(example: str, *, loaded: bool) -> None:
    folder = ROOT / "examples" / example
    script = (
        "import sys, acr_identity\n"
        f"with acr_identity.Provisioner.emulated({str(folder / 'world.yaml')!r}) as provisioner:\n"
        f"    plan = provisioner.plan({str(folder / 'spec.yaml')!r})\n"
        "    before = 'azure.mgmt.keyvault' in sys.modules\n"
        "    print(provisioner.apply(plan).is_complete, before, 'azure.mgmt.keyvault' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", str(loaded)]
