"""What changes are called and counted as."""

from __future__ import annotations

from typing import get_args

import pytest

from acr_identity.changes import Action, Change
from acr_identity.render import change_title
from render import samples

EXPECTED = [
    ("create identity myACRTasksId", Action.CREATE),
    ("create task dockerhubtask", Action.CREATE),
    ("create task imagetask", Action.CREATE),
    ("update identity old", Action.CHANGE),
    ("update task helloworldtask", Action.CHANGE),
    ("replace task rewritten", Action.CHANGE),
    ("add the credential for mybaseregistry.azurecr.io to helloworldtask", Action.CREATE),
    ("change the credential for ghcr.io of helloworldtask", Action.CHANGE),
    ("change the credential for docker.io of dockerhubtask", Action.CHANGE),
    ("enable task dockerhubtask", Action.CHANGE),
    ("assign AcrPull on mybaseregistry to myACRTasksId", Action.CREATE),
    ("let the system identity of helloworldtask read secrets of mykeyvault", Action.CREATE),
    ("remember who needs AcrPull on mybaseregistry for the system identity of helloworldtask", Action.CHANGE),
    ("remember on vault mykeyvault whose access is ours", Action.CHANGE),
    ("stop old from reading secrets of mykeyvault", Action.REMOVE),
    ("remove AcrPull on mybaseregistry from the system identity of helloworldtask", Action.REMOVE),
    ("remove the credential for AcrPull from helloworldtask", Action.REMOVE),
    ("delete task gone", Action.REMOVE),
    ("delete identity AcrPull", Action.REMOVE),
]


def test_each_change_has_a_title_and_an_action() -> None:
    assert [(change_title(change), change.action) for change in samples.changes("AcrPull")] == EXPECTED


def test_the_samples_cover_the_whole_union() -> None:
    assert {type(change) for change in samples.changes()} == set(get_args(Change))


@pytest.mark.parametrize(
    ("scope", "name"),
    [("/", "/"), ("/subscriptions/1111", "1111"), ("/subscriptions/1111/resourceGroups/rg/", "rg")],
)
def test_a_role_above_a_resource_is_named_by_its_scope(scope: str, name: str) -> None:
    removal = samples.role_removal(scope)
    assert change_title(removal) == f"remove AcrPull on {name} from myACRTasksId"
