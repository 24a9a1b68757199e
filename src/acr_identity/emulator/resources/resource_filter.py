"""The `$filter` of a list of resources.

Terms: learn.microsoft.com/rest/api/resources/resources/list. Comparisons with `eq` and `ne` of `resourceType`, `name`,
`resourceGroup` and `location`, with `eq` of `tagName` and `tagValue`, and `substringof(TEXT, name)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from acr_identity.emulator.kernel.arm_errors import invalid_filter
from acr_identity.emulator.kernel.odata_filter import Comparison, FilterError, Function, Name, Term, Text, read_filter
from acr_identity.emulator.kernel.state import Tags


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true of a resource. Casing does not count, but for the value of a tag."""

    field: str
    operator: Literal["eq", "ne", "substringof"]
    value: str

    def holds(self, fields: Mapping[str, str], tags: Tags) -> bool:
        """Say whether it is true of a resource."""
        if self.field == "tagname":
            return self.value.lower() in {name.lower() for name in tags}
        if self.field == "tagvalue":
            return self.value in tags.values()
        has, wanted = fields[self.field].lower(), self.value.lower()
        match self.operator:
            case "eq":
                return has == wanted
            case "ne":
                return has != wanted
            case "substringof":
                return wanted in has


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """A read `$filter`: any of its groups of conditions must hold whole."""

    any_of: tuple[tuple[Condition, ...], ...] = ()

    @classmethod
    def read(cls, expression: str) -> ResourceFilter:
        """Read one; an empty one lets all pass.

        >>> ResourceFilter.read("resourceType eq 'a/b' and name eq 'c'").any_of[0][1].value
        'c'

        Raises:
            ArmError: 400 when it cannot be read.
        """
        try:
            return cls(tuple(tuple(map(_condition, group)) for group in read_filter(expression).any_of))
        except FilterError:
            raise invalid_filter(expression) from None

    def matches(self, fields: Mapping[str, str], tags: Tags) -> bool:
        """Say whether a resource passes; `fields` has the names of the filter in lower case."""
        if not self.any_of:
            return True
        return any(all(one.holds(fields, _meant(group, tags)) for one in group) for group in self.any_of)


def _meant(group: tuple[Condition, ...], tags: Tags) -> Tags:
    """Return the tags that a value is compared with: those of the name that the same group asks for."""
    names = {one.value.lower() for one in group if one.field == "tagname"}
    return {name: value for name, value in tags.items() if not names or name.lower() in names}


def _condition(term: Term) -> Condition:
    match term:
        case Comparison("tagname" | "tagvalue" as field, "eq", Text(value)):
            return Condition(field, "eq", value)
        case Comparison(
            "resourcetype" | "name" | "resourcegroup" | "location" as field, ("eq" | "ne") as operator, Text(value)
        ):
            return Condition(field, operator, value)
        case Function("substringof", (Text(value), Name("name" | "resourcegroup" as field))):
            return Condition(field, "substringof", value)
        case _:
            raise FilterError("no such condition")
