"""What is odd about a spec, though it may be right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from acr_identity.ids.regions import REGIONS, region_name
from acr_identity.spec.mistakes import Guess, KeyPath, Mistake, quoted, with_guesses

if TYPE_CHECKING:
    from acr_identity.errors import PlacedMistake
    from acr_identity.spec.models import Spec

_MAY_BE_NEW = "Check the name, unless the region is new: `az account list-locations` shows those that there are."


def warnings_of(spec: Spec) -> tuple[PlacedMistake, ...]:
    """Return what is odd, with the places, in the order of the spec."""
    return tuple(map(spec.placed, with_guesses(_unknown_regions(spec))))


def _unknown_regions(spec: Spec) -> Iterator[Mistake]:
    for location, path in _locations(spec):
        name = region_name(location)
        if name not in REGIONS:
            message = f"No region called {quoted(location)} is known here."
            yield Mistake(message, Guess(name, REGIONS, _MAY_BE_NEW), path)


def _locations(spec: Spec) -> Iterator[tuple[str, KeyPath]]:
    if spec.location is not None:
        yield spec.location, ("location",)
    for name, identity in spec.identities.items():
        if identity.location is not None:
            yield identity.location, ("identities", name, "location")
