"""What a build of a Dockerfile names."""

from __future__ import annotations

import pytest

from acr_identity.spec.builds import build_mistakes
from acr_identity.spec.mistakes import Mistake

OWN = "and a build pushes to the task's own only."


@pytest.mark.parametrize(
    "image",
    [
        "hello",
        "team/hello:{{.Run.ID}}",
        "hello:V1",
        "{{.Values.Name}}:1",
        "$Registry/hello:$ID",
        "{{ .Run.Registry }}/hello",
        "myregistry.azurecr.io/hello:1",
        "MyRegistry-abc123.azurecr.io/hello",
    ],
)
def test_an_image_of_the_own_registry_is_right(image: str) -> None:
    assert list(build_mistakes({"images": image}, "myregistry", ())) == []


@pytest.mark.parametrize(
    ("image", "message", "fix"),
    [
        ("my hello:1", "'my hello:1' has a space.", "Name an image as repository:tag."),
        ("$ID/Hello", "'$ID/Hello' has upper-case letters in the repository.", "Write '$ID/hello'."),
        ("Team/Hello:1", "'Team/Hello:1' has upper-case letters in the repository.", "Write 'team/hello:1'."),
        (
            "other.azurecr.io/hello:1",
            f"'other.azurecr.io/hello:1' names the registry 'other.azurecr.io', {OWN}",
            "Leave the registry out, or push with a task file.",
        ),
        *(
            (
                f"{host}/hello",
                f"'{host}/hello' names the registry '{host}', {OWN}",
                "Leave the registry out, or push with a task file.",
            )
            for host in ("myregistry.example.com", "myregistry-abc.def.azurecr.io", "myregistry:5000")
        ),
        (
            "localhost/hello",
            f"'localhost/hello' names the registry 'localhost', {OWN}",
            "Leave the registry out, or push with a task file.",
        ),
    ],
)
def test_an_image_that_cannot_be_pushed_is_a_mistake_at_its_place(image: str, message: str, fix: str) -> None:
    tree = {"images": ["fine", image]}
    assert list(build_mistakes(tree, "myregistry", ("docker",))) == [Mistake(message, fix, ("docker", "images", 1))]


@pytest.mark.parametrize(
    ("file", "is_wrong"), [("Dockerfile", False), ("a/My Dockerfile", True), (" Dockerfile ", False)]
)
def test_a_dockerfile_with_a_space_cannot_be_opened(file: str, *, is_wrong: bool) -> None:
    found = list(build_mistakes({"file": file, "images": 5}, "", ("docker",)))
    message = f"{file!r} has a space, and a run cannot open such a Dockerfile."
    assert found == ([Mistake(message, "Rename the file.", ("docker", "file"))] if is_wrong else [])
