"""What must hold of two specs that share an identity, a vault and a registry."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator import Emulator
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec
from profiles import examples
from properties.anyworld import BASES, SOURCES, SUBSCRIPTION, VAULTS, Case, cases, tasks
from properties.histories import make
from properties.test_convergence import of_others

pairs = examples(0.3)
STEPS = st.lists(
    st.tuples(st.sampled_from(["left", "right"]), st.sampled_from(["apply", "edit", "destroy"])), min_size=2, max_size=6
)


@dataclass(frozen=True)
class Pair:
    """Two specs, what each becomes by an edit, and the order in which they are applied and destroyed."""

    specs: dict[str, tuple[Spec, Spec]]
    steps: list[tuple[str, str]]
    case: Case


@st.composite
def pairs_of_specs(draw: st.DrawFn) -> Pair:
    """Return two specs with tasks of their own."""
    case = draw(cases())
    world = Case(case.spec, case.world, ())
    specs = {side: (_spec(draw, side), _spec(draw, side)) for side in ("left", "right")}
    return Pair(specs, draw(STEPS), world)


def _spec(draw: st.DrawFn, name: str) -> Spec:
    return Spec.model_validate(
        {
            "name": name,
            "subscription": SUBSCRIPTION,
            "resource_group": "rg",
            "registries": {each: {} for each in (*SOURCES, *BASES)},
            "vaults": {each: {} for each in VAULTS},
            "identities": {"user-one": {}, "user-two": {}},
            "tasks": {f"{name}-task": {**draw(tasks()), "registry": SOURCES[0]}},
        }
    )


@pairs
@given(pairs_of_specs())
def test_neither_takes_from_the_other_and_nothing_is_left_after_both(pair: Pair) -> None:
    emulator = pair.case.emulator()
    applied: dict[str, Spec] = {}
    for side, step in pair.steps:
        before, after = pair.specs[side]
        if step == "destroy":
            destroy(emulator, before)
            applied.pop(side, None)
        else:
            applied[side] = after if step == "edit" else before
            make(emulator, applied[side])
        for spec in applied.values():
            with Provisioner.emulated(emulator) as provisioner:
                assert provisioner.plan(spec).steps == (), (side, step)
    for before, _ in pair.specs.values():
        destroy(emulator, before)
    assert list(of_others(emulator)) == list(of_others(pair.case.emulator()))


def destroy(emulator: Emulator, spec: Spec) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.destroy(spec).is_complete
