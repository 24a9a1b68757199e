"""Right answers in any number of threads: what they need is loaded and made before they start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from azure.mgmt.containerregistry._utils.model_base import Model as RegistryModel
from azure.mgmt.containerregistrytasks._utils.model_base import Model as TaskModel
from azure.mgmt.keyvault._utils.model_base import Model as VaultModel

from acr_identity.emulator import World
from acr_identity.testing.served import ServedEmulator
from race.first_use import QUESTIONS, reply
from sdk.places import GatewayTo

TESTS = Path(__file__).parents[1]
EXAMPLE = TESTS.parent / "examples" / "key-vault"
WATCH = """
import sys, threading
loaded = []
class Finder:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is not threading.main_thread():
            loaded.append(name)
import acr_identity
sys.meta_path.insert(0, Finder())
"""


def run_python(program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


def test_sixteen_threads_that_use_anything_for_the_first_time_get_the_same_and_send_the_same() -> None:
    program = "import runpy; runpy.run_module('race.first_use', run_name='__main__')"
    path = os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", "")))
    assert run_python(program, str(EXAMPLE / "spec.yaml"), environment={**os.environ, "PYTHONPATH": path}) == "alike\n"


def test_no_question_makes_a_model_of_the_sdk(gateway_to: GatewayTo, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a model is filled when it is first used, without a lock")

    gateway, wire = gateway_to(reply)
    for model in (RegistryModel, TaskModel, VaultModel):
        monkeypatch.setattr(model, "__new__", refuse)

    assert all(ask(gateway) for ask in QUESTIONS)
    assert len(wire.sent) == len(QUESTIONS)


def test_no_thread_of_a_provisioner_loads_a_module() -> None:
    program = f"""{WATCH}
with acr_identity.Provisioner.emulated({str(EXAMPLE / "world.yaml")!r}) as provisioner:
    plan = provisioner.plan({str(EXAMPLE / "spec.yaml")!r})
    report = provisioner.apply(plan)
    run = provisioner.run("dockerhubtask", {{"PrivateRepo": "hubuser/hubrepo"}}).wait().status
    provisioner.show("dockerhubtask")
    provisioner.destroy({str(EXAMPLE / "spec.yaml")!r})
print(report.is_complete, run, loaded)
"""
    assert run_python(program) == "True Succeeded []\n"


def test_the_thread_that_fetches_a_token_loads_nothing_of_what_is_loaded_beside_it(
    served_azure_emulator: ServedEmulator,
) -> None:
    served_azure_emulator.begin(World.load(EXAMPLE / "world.yaml"))
    given = {**os.environ, **served_azure_emulator.environment}
    program = f"""{WATCH}
with acr_identity.Provisioner() as provisioner:
    plan = provisioner.plan({str(EXAMPLE / "spec.yaml")!r})
shared = ("acr_identity", "azure", "pydantic", "requests", "urllib3")
print(len(plan.steps), [name for name in loaded if name.partition(".")[0] in shared])
"""
    out = run_python(program, environment={name: value for name, value in given.items() if value is not None})
    assert out == "3 []\n"


def test_threads_may_make_the_first_provisioners_side_by_side() -> None:
    program = f"""
import sys, threading
sys.setswitchinterval(1e-6)
import acr_identity

class Credential:
    def get_token(self, *scopes, **options):
        raise RuntimeError("no")

def plan(make):
    together.wait()
    with make() as provisioner:
        try:
            provisioner.plan({str(EXAMPLE / "spec.yaml")!r})
        except acr_identity.AzureError as error:
            said.append(error.message.partition(": ")[2])
        else:
            said.append("planned")

world = {str(EXAMPLE / "world.yaml")!r}
ways = [
    lambda: acr_identity.Provisioner(Credential()),
    lambda: acr_identity.Provisioner.emulated(world),
    lambda: acr_identity.Provisioner.emulated(acr_identity.Emulator(acr_identity.World.load(world))),
]
said, together = [], threading.Barrier(6)
threads = [threading.Thread(target=plan, args=(ways[number % 3],)) for number in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sorted(said))
"""
    assert run_python(program) == f"{['planned'] * 4 + ['sign-in failed: no'] * 2}\n"
