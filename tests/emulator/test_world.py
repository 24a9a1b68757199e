from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from acr_identity.emulator import Emulator, ManualClock, World, WorldError
from emulator.clouds import the_world

TEXT = """
resource_groups: {myResourceGroup: {location: westus}}
registries:
  myregistry: {sku: Premium}
  labelled: {resource_group: MYRESOURCEGROUP, login_server: labelled-abc.azurecr.io, images: ["a/b:1"]}
vaults:
  mykeyvault: {secrets: {Password: planted}}
identities:
  one: {tags: {a: b}}
docker_hub: {hubuser: planted}
"""


def test_a_world_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(TEXT, encoding="utf-8")
    world = World.load(path)
    assert world.registries["myregistry"].sku == "Premium"
    assert world.vaults["mykeyvault"].secrets["Password"].get_secret_value() == "planted"
    assert "planted" not in repr(world)


def test_an_empty_file_is_an_empty_world(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("", encoding="utf-8")
    assert World.load(path) == World()


def test_an_emulator_holds_what_its_world_says(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(TEXT, encoding="utf-8")
    emulator = Emulator(World.load(path), clock=ManualClock())
    assert [image.partition("@")[0] for image in emulator.images("labelled-abc.azurecr.io")] == ["a/b:1"]
    assert "planted" not in repr(emulator)


@pytest.mark.parametrize(
    ("content", "place", "fix"),
    [
        ("colour: red", "colour", "Extra inputs are not permitted"),
        ("registries: {myregistry: {}}", "registries", "needs a resource_group"),
        (
            "resource_groups: {a: {}, b: {}}\nvaults: {myvault: {}}",
            "vaults",
            "vault 'myvault' needs a resource_group, because there is not exactly one of them",
        ),
        (
            "resource_groups: {a: {}}\nidentities: {mine: {resource_group: b}}",
            "identities",
            "identity 'mine' is in resource group 'b'; add it under resource_groups",
        ),
        ("resource_groups: {a: {}}\nregistries: {my-registry: {}}", "registries", "the name of registry 'my-registry'"),
        ("resource_groups: {'': {}}\nregistries: {myregistry: {}}", "resource_groups", "the name of resource group ''"),
        ("resource_groups: {a: {}, A: {}}", "resource_groups", "'A' is there twice: casing does not count"),
        ("resource_groups: {a: {}}\nregistries: {myregistry: {sku: Big}}", "registries.myregistry.sku", "'Basic'"),
        (
            "resource_groups: {a: {}}\nregistries: {myregistry: {images: ['a b']}}",
            "registries.myregistry.images",
            "is no image reference",
        ),
        ("images: ['a@sha256:b']", "images", "is no image reference"),
        ("resource_groups: {a: {}}\nvaults: {myvault: {secrets: {a_b: planted}}}", "vaults.myvault.secrets", "a_b"),
        ("docker_hub: {user: [planted]}", "docker_hub.user", "valid string"),
        ("subscription: me", "subscription", "match pattern"),
        ("a: [planted", "line 1, column 12", "it is not YAML"),
        ("- planted", "", "valid dictionary"),
    ],
)
def test_a_world_that_cannot_be_says_where_and_why(tmp_path: Path, content: str, place: str, fix: str) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(WorldError) as caught:
        World.load(path)
    assert (caught.value.path, caught.value.place) == (path, place)
    assert fix in caught.value.fix
    assert "planted" not in f"{caught.value}{caught.value.__cause__}"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"nothing\.yaml: it cannot be read"):
        World.load(tmp_path / "nothing.yaml")


def test_a_world_does_not_change() -> None:
    world = the_world()
    name = "location"
    with pytest.raises(ValidationError, match="frozen"):
        setattr(world, name, "westus")


def test_every_field_of_a_world_is_described() -> None:
    schema = World.model_json_schema()
    parts = [schema, *schema["$defs"].values()]
    undescribed = [
        f"{part['title']}.{name}"
        for part in parts
        for name, field in part["properties"].items()
        if "description" not in field
    ]
    assert undescribed == []
