"""Specs that the tests of this folder share."""

from acr_identity.errors import SpecError
from acr_identity.spec import parse_spec

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/myResourceGroup"
HEAD = f"""\
subscription: {SUBSCRIPTION}
resource_group: myResourceGroup
registries: {{myregistry: , other: }}
vaults: {{kv1: , kv2: }}
identities: {{one: , two: }}
"""


def with_task(line: str) -> str:
    """Return a spec whose only task has these keys, in line 8 from column 3."""
    return f"{HEAD}tasks:\n hello: {{registry: myregistry,\n  {line}}}\n"


def mistakes_in(text: str) -> list[str]:
    """Return the messages for a spec, without the name of the text."""
    try:
        parse_spec(text)
    except SpecError as error:
        return [str(problem).removeprefix("spec:") for problem in error.problems]
    return []
