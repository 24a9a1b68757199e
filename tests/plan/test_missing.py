"""What a spec names and is not there: the place in the spec, and what was probably meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.errors import PlacedMistake
from acr_identity.ids import ArmId
from acr_identity.plan.missing import missing_error, missing_resources
from acr_identity.spec import parse_spec
from acr_identity.state import Live, LiveRegistry, LiveVault, Surroundings

ONE = "aaaaaaaa-1111-1111-1111-111111111111"
TWO = "bbbbbbbb-2222-2222-2222-222222222222"
SPEC = parse_spec(
    f"""\
subscription: {ONE}
resource_group: builds
registries:
  images: {{}}
  bases: {{resource_group: shared}}
  theirs: /subscriptions/{TWO}/resourceGroups/far/providers/Microsoft.ContainerRegistry/registries/golden
vaults: {{passwords: {{}}}}
tasks:
  nightly: {{registry: images, identity: system, command: alpine, pull: [bases, theirs], secrets: {{passwords: [A]}}}}
""",
    name="spec.yaml",
)
NO_IMAGES = "There is no registry 'images' in resource group 'builds'."
SUBSCRIPTION_FIX = "Check its id, and as whom you are signed in."


def registry(name: str, group: str = "builds", subscription: str = ONE) -> ArmId:
    return ArmId.group(subscription, group).provided("Microsoft.ContainerRegistry", "registries", name)


def vault(name: str, group: str = "builds") -> ArmId:
    return ArmId.group(ONE, group).provided("Microsoft.KeyVault", "vaults", name)


ALL = (registry("images"), registry("bases", "shared"), registry("golden", "far", TWO), vault("passwords"))


def live_without(*gone: ArmId) -> Live:
    there = [one for one in ALL if one not in gone]
    return Live(
        {one: LiveRegistry(one, "", "") for one in there if one.kind == "registries"},
        {one: LiveVault(one, "", "", uses_rbac=False) for one in there if one.kind == "vaults"},
    )


def told(around: Surroundings | None, *gone: ArmId) -> list[str]:
    missing = missing_resources(SPEC, live_without(*gone))
    known = {} if around is None else {ONE: around, TWO: around}
    return list(map(str, missing_error(SPEC, missing, known).problems))


def test_where_all_is_there_nothing_is_missing() -> None:
    assert missing_resources(SPEC, live_without()) == ()


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (registry("images"), "spec.yaml:4:3: There is no registry 'images' in resource group 'builds'."),
        (registry("bases", "shared"), "spec.yaml:5:3: There is no registry 'bases' in resource group 'shared'."),
        (registry("golden", "far", TWO), "spec.yaml:6:11: There is no registry 'golden' in resource group 'far'."),
        (vault("passwords"), "spec.yaml:7:10: There is no vault 'passwords' in resource group 'builds'."),
    ],
)
def test_what_is_missing_is_told_where_the_spec_names_it(gone: ArmId, said: str) -> None:
    assert told(None, gone) == [said]


@pytest.mark.parametrize(
    ("gone", "resources", "said"),
    [
        (
            registry("images"),
            (registry("image"), vault("images"), registry("other", "shared")),
            f"4:3: {NO_IMAGES} Did you mean 'image'?",
        ),
        (
            registry("images"),
            (registry("image"), registry("Images", "shared")),
            f"4:3: {NO_IMAGES} There is one in 'shared': give its `resource_group`.",
        ),
        (
            vault("passwords"),
            (registry("passwords"), vault("password", "shared")),
            "7:10: There is no vault 'passwords' in resource group 'builds'. Did you mean 'password'?",
        ),
        (vault("passwords"), (), "7:10: There is no vault 'passwords' in resource group 'builds'."),
    ],
)
def test_the_nearest_name_that_is_there_is_offered(gone: ArmId, resources: tuple[ArmId, ...], said: str) -> None:
    assert told(Surroundings(("builds", "SHARED"), resources), gone) == [f"spec.yaml:{said}"]


def test_a_resource_group_is_told_once_where_it_is_said_for_all() -> None:
    around = Surroundings(("build", "shared"), (registry("images", "build"), vault("passwords", "build")))
    assert told(around, registry("images"), vault("passwords")) == [
        f"spec.yaml:2:17: There is no resource group 'builds' in subscription {ONE}. Did you mean 'build'?"
    ]


def test_a_resource_group_of_one_target_is_told_there() -> None:
    around = Surroundings(("builds", "elsewhere"), (registry("bases", "elsewhere"),))
    assert told(around, registry("bases", "shared")) == [
        f"spec.yaml:5:27: There is no resource group 'shared' in subscription {ONE}. Did you mean 'elsewhere'?"
    ]


def test_a_group_in_a_whole_id_is_told_at_the_id() -> None:
    assert told(Surroundings(("builds",)), registry("golden", "far", TWO)) == [
        f"spec.yaml:6:11: There is no resource group 'far' in subscription {TWO}."
    ]


def test_a_subscription_of_which_nothing_is_seen_is_told_once() -> None:
    assert told(Surroundings(), *ALL) == [
        f"spec.yaml:1:15: There is no subscription {ONE}, or you may see nothing of it. {SUBSCRIPTION_FIX}",
        f"spec.yaml:6:11: There is no subscription {TWO}, or you may see nothing of it. {SUBSCRIPTION_FIX}",
    ]


def test_the_word_that_was_meant_is_a_field() -> None:
    missing = missing_resources(SPEC, live_without(registry("images")))
    error = missing_error(SPEC, missing, {ONE: Surroundings(("builds",), (registry("image"),))})
    assert error.problems == (
        PlacedMistake(
            "There is no registry 'images' in resource group 'builds'.",
            "Did you mean 'image'?",
            "spec.yaml",
            4,
            3,
            ("registries", "images"),
            "image",
        ),
    )
    assert error.resources == (str(registry("images")),)


HOMELESS = parse_spec(
    f"""\
subscription: {ONE}
resource_group: builds
registries: {{images: {{}}}}
identities:
  puller: {{resource_group: sharde}}
tasks:
  nightly: {{registry: images, identity: puller, command: alpine}}
""",
    name="spec.yaml",
)


@pytest.mark.parametrize(
    ("around", "fix"),
    [(None, ""), (Surroundings(("builds", "shared"), ()), " Did you mean 'shared'?")],
    ids=["nothing else is known", "another group has nearly that name"],
)
def test_a_resource_group_in_which_an_identity_cannot_be_created_is_missing(
    around: Surroundings | None, fix: str
) -> None:
    live = Live({registry("images"): LiveRegistry(registry("images"), "", "")})
    assert missing_resources(HOMELESS, live) == ()
    missing = missing_resources(HOMELESS, replace(live, absent_groups=frozenset({ArmId.group(ONE, "sharde")})))
    known = {} if around is None else {ONE: around}
    assert [str(one) for one in missing_error(HOMELESS, missing, known).problems] == [
        f"spec.yaml:5:28: There is no resource group 'sharde' in subscription {ONE}.{fix}"
    ]
