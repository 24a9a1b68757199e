"""What is odd about a spec, and may be right."""

from __future__ import annotations

import pytest

from acr_identity.errors import PlacedMistake
from acr_identity.spec import Spec, parse_spec
from acr_identity.spec.warnings import warnings_of

MAY_BE_NEW = "Check the name, unless the region is new: `az account list-locations` shows those that there are."


@pytest.mark.parametrize("location", ["eastus", "West Europe", "CHINAEAST2", "usgovvirginia"])
def test_a_known_region_is_not_odd_however_it_is_spelt(location: str) -> None:
    assert warnings_of(Spec(location=location, tasks={})) == ()


def test_a_spec_without_a_region_is_not_odd() -> None:
    assert warnings_of(Spec(tasks={})) == ()


def test_a_region_that_is_not_known_is_told_with_its_place_and_the_likely_one() -> None:
    text = """\
subscription: 11111111-1111-1111-1111-111111111111
resource_group: builds
location: mars
identities: {builder: {location: westeuropa}}
tasks: {}
"""
    assert warnings_of(parse_spec(text, name="spec.yaml")) == (
        PlacedMistake("No region called 'mars' is known here.", MAY_BE_NEW, "spec.yaml", 3, 11, ("location",)),
        PlacedMistake(
            "No region called 'westeuropa' is known here.",
            "Did you mean 'westeurope'?",
            "spec.yaml",
            4,
            34,
            ("identities", "builder", "location"),
            "westeurope",
        ),
    )
