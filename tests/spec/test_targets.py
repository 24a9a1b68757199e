"""What a spec names in Azure, by its place or by its whole id."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from acr_identity.ids import ArmId
from acr_identity.spec import TARGETS, Identity, Registry, Target, Vault
from acr_identity.spec.mistakes import quoted
from spec.samples import GROUP, SUBSCRIPTION

OTHER = "22222222-2222-2222-2222-222222222222"
WHOLE = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry"


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"{WHOLE}/",
        WHOLE.replace("subscriptions", "SUBSCRIPTIONS").replace("resourceGroups", "resourcegroups"),
        WHOLE.replace("Microsoft.ContainerRegistry/registries", "microsoft.containerregistry/Registries"),
        WHOLE.replace("providers", "Providers"),
        WHOLE.replace("myResourceGroup", "my.group-(1)"),
    ],
)
def test_an_id_that_leads_to_the_kind_of_target_is_taken_as_it_is(text: str) -> None:
    assert Registry(id=text).arm_id("label", SUBSCRIPTION, "ignored") == ArmId(text)
    assert str(Registry(id=text).arm_id("label", "", "")) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "myregistry",
        WHOLE[1:],
        f"{WHOLE}/tasks/hello",
        WHOLE.replace("/registries/myregistry", ""),
        WHOLE.replace("subscriptions", "subscription"),
        WHOLE.replace("resourceGroups", "groups"),
        WHOLE.replace("providers", "provider"),
        WHOLE.replace("ContainerRegistry", "KeyVault"),
        WHOLE.replace("registries", "vaults"),
        WHOLE.replace(SUBSCRIPTION, "mine"),
        WHOLE.replace("myResourceGroup", "ends."),
        WHOLE.replace("myregistry", "my-registry"),
        WHOLE.replace("myregistry", ""),
    ],
)
def test_an_id_that_leads_elsewhere_is_refused_with_the_form_of_one(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Registry(id=text)
    (error,) = caught.value.errors()
    assert error["msg"] == (
        f"{quoted(text)} is not the id of a resource of type Microsoft.ContainerRegistry/registries. "
        "One reads /subscriptions/GUID/resourceGroups/NAME/providers/Microsoft.ContainerRegistry/registries/NAME."
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"subscription": OTHER}, "`subscription`"),
        ({"resource_group": "g"}, "`resource_group`"),
        ({"subscription": OTHER, "resource_group": "g"}, "`subscription` and `resource_group`"),
    ],
)
def test_a_whole_id_stands_alone(fields: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Registry.model_validate({"id": WHOLE, **fields})
    (error,) = caught.value.errors()
    assert (error["loc"], error["msg"]) == (("id",), f"`id` says already what {said} would say. Keep one of them.")


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (Registry(), f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/name1"),
        (Vault(), f"{GROUP}/providers/Microsoft.KeyVault/vaults/name1"),
        (Identity(), f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/name1"),
        (Vault(resource_group="own"), f"{GROUP[:-15]}own/providers/Microsoft.KeyVault/vaults/name1"),
        (
            Vault(subscription=OTHER),
            f"/subscriptions/{OTHER}/resourceGroups/myResourceGroup/providers/Microsoft.KeyVault/vaults/name1",
        ),
    ],
)
def test_a_target_is_in_the_group_of_the_spec_unless_it_says_otherwise(target: Target, path: str) -> None:
    assert str(target.arm_id("name1", SUBSCRIPTION, "myResourceGroup")) == path


def test_each_kind_of_target_has_its_section_and_word() -> None:
    assert {name: (kind.word, kind.must_exist) for name, kind in TARGETS.items()} == {
        "registries": ("registry", True),
        "vaults": ("vault", True),
        "identities": ("identity", False),
    }


@pytest.mark.parametrize(("count", "holds"), [(45, True), (46, False)])
def test_an_identity_has_at_most_45_tags(count: int, *, holds: bool) -> None:
    tags = {f"t{number}": "v" for number in range(count)}
    if holds:
        assert Identity(tags=tags).tags == tags
        return
    with pytest.raises(ValidationError, match="These are 46 tags, at most 45 are allowed"):
        Identity(tags=tags)
