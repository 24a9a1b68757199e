"""The `$filter` of a list of resources.

Grammar: learn.microsoft.com/rest/api/resources/resources/list. Comparisons with `eq` and `ne` of `resourceType`,
`name`, `resourceGroup`, `location`, `tagName` and `tagValue`, and `substringof(TEXT, name)`, joined by
`and` or by `or`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.state import Tags

_TEXT = r"'((?:[^']|'')*)'"
_FIELD = r"(resourceType|name|resourceGroup|location|tagName|tagValue)"
_COMPARISON = re.compile(rf"{_FIELD}\s+(eq|ne)\s+{_TEXT}", re.IGNORECASE)
_PART_OF = re.compile(rf"substringof\(\s*{_TEXT}\s*,\s*(name|resourceGroup)\s*\)", re.IGNORECASE)
_JOINT = re.compile(r"\s+(and|or)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison; `operator` is `eq`, `ne` or `substringof`."""

    field: str
    operator: str
    value: str

    def holds(self, fields: Mapping[str, str], tags: Tags) -> bool:
        """Whether it is true of a resource; casing does not count, but for the value of a tag."""
        if self.field == "tagname":
            return self.value.lower() in {name.lower() for name in tags}
        if self.field == "tagvalue":
            return self.value in tags.values()
        has = fields[self.field].lower()
        if self.operator == "substringof":
            return self.value.lower() in has
        return (has == self.value.lower()) == (self.operator == "eq")


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """A read `$filter`: any of its groups of terms must hold whole."""

    any_of: tuple[tuple[Term, ...], ...] = ()

    @classmethod
    def read(cls, expression: str) -> ResourceFilter:
        """Read one; an empty one lets all pass.

        >>> ResourceFilter.read("resourceType eq 'a/b' and name eq 'c'").any_of[0][1].value
        'c'

        Raises:
            ArmError: 400 when it cannot be read.
        """
        rest = expression.strip()
        if not rest:
            return cls()
        groups: list[tuple[Term, ...]] = []
        terms: list[Term] = []
        while True:
            term, rest = _term(rest, expression)
            terms.append(term)
            joint = _JOINT.match(rest)
            if joint is None:
                break
            if joint[1].lower() == "or":
                groups.append(tuple(terms))
                terms = []
            rest = rest[joint.end() :]
        if rest.strip():
            raise _invalid(expression)
        return cls((*groups, tuple(terms)))

    def matches(self, fields: Mapping[str, str], tags: Tags) -> bool:
        """Whether a resource passes; `fields` has the names of the filter in lower case."""
        if not self.any_of:
            return True
        return any(all(term.holds(fields, _meant(terms, tags)) for term in terms) for terms in self.any_of)


def _meant(terms: tuple[Term, ...], tags: Tags) -> Tags:
    """The tags that a value is compared with: those of the name that the same group asks for."""
    names = {term.value.lower() for term in terms if term.field == "tagname"}
    return {name: value for name, value in tags.items() if not names or name.lower() in names}


def _term(rest: str, expression: str) -> tuple[Term, str]:
    found = _COMPARISON.match(rest)
    if found:
        field, operator, value = found[1].lower(), found[2].lower(), found[3].replace("''", "'")
        if operator == "ne" and field.startswith("tag"):
            raise _invalid(expression)
        return Term(field, operator, value), rest[found.end() :]
    part = _PART_OF.match(rest)
    if part is None:
        raise _invalid(expression)
    return Term(part[2].lower(), "substringof", part[1].replace("''", "'")), rest[part.end() :]


def _invalid(expression: str) -> ArmError:
    return bad_request("InvalidFilterInQueryString", f"Invalid $filter '{expression}' specified in the query string.")
