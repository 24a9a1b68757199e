"""The rules that Azure has for names, in one table, and the types that apply them.

Sources: Azure Resource Manager, "Naming rules and restrictions for Azure resources" and "Tag limits"; the REST
definitions of Microsoft.ContainerRegistry (registries, tasks, agent pools) and of Key Vault (vaults, secrets).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic_core import core_schema

from acr_identity.ids import CLOUD_VARIABLE, CLOUDS
from acr_identity.ids.places import SCOPE_PART
from acr_identity.spec.mistakes import listed, quoted, refusal

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text must look like. As annotation of a `str` it checks the value and describes it in the JSON Schema.

    Args:
        what: the thing that has the name, with its article.
        pattern: the regular expression that the whole text matches, without its length.
        allowed: the pattern in words.
        shortest: the least number of characters.
        longest: the greatest number of characters.
        echo: whether a message may show the text; False where a secret might stand by mistake.
        within: what people write in place of the name, with the name as its group: the address that holds it.
    """

    what: str
    pattern: str
    allowed: str
    shortest: int = 1
    longest: int = 4096
    echo: bool = True
    within: str = ""

    def holds(self, text: str) -> bool:
        """Say whether the text keeps the rule."""
        return self.shortest <= len(text) <= self.longest and re.fullmatch(self.pattern, text) is not None

    def message(self, text: str) -> str:
        """Return the sentence that refuses the text."""
        return f"{quoted(text) if self.echo else 'This'} is not {self.what}."

    def fix_for(self, text: str, besides: str = "") -> str:
        """Return the sentence that says what to write: the name that stands in the text, or what is allowed.

        >>> REGISTRY.fix_for("myregistry.azurecr.io")
        "Write 'myregistry'."
        """
        name = self.name_in(text)
        return f"Write {quoted(name)}." if name else f"Use {self.allowed}{besides}."

    def name_in(self, text: str) -> str:
        """Return the name that stands in a text such as an address, or an empty text if none does."""
        found = re.fullmatch(self.within, text, re.IGNORECASE) if self.within else None
        return found[1] if found is not None and self.holds(found[1]) else ""

    def check(self, text: str) -> str:
        """Return the text if it keeps the rule.

        Raises:
            PydanticCustomError: it does not.
        """
        if not self.holds(text):
            raise refusal(self.message(text), self.fix_for(text))
        return text

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Check the rule after the type."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add the pattern and the length."""
        limits = {"minLength": self.shortest, "maxLength": self.longest, "pattern": f"^(?:{self.pattern})$"}
        return {**handler(schema), **limits}


_GUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

SUBSCRIPTION = Rule(
    "the id of a subscription", _GUID, "a GUID such as 11111111-1111-1111-1111-111111111111", longest=36
)
RESOURCE_GROUP = Rule(
    "the name of a resource group",
    r"[-\w.()]*[-\w()]",
    "1 to 90 letters, digits and any of -_.(), not ending with a dot",
    longest=90,
)
CLOUD = Rule(
    "the name of a known cloud",
    "|".join(CLOUDS),
    f"{listed(CLOUDS, 'or')}; a cloud file is taken only from --cloud FILE or {CLOUD_VARIABLE}=FILE",
)
LOCATION = Rule("a location", r"[A-Za-z0-9][A-Za-z0-9 ]*", "a region's name such as eastus", longest=64)
REGISTRY = Rule(
    "the name of a registry",
    r"[a-zA-Z0-9]+",
    "5 to 50 letters and digits",
    5,
    50,
    within=r"(?:https://)?([a-z0-9]+)(?:-[a-z0-9]+)?(?:\.[a-z0-9]+)?\.azurecr\.[a-z]+/?",
)
REPOSITORY = Rule(
    "the name of a repository",
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?:/\*)?",
    "lower-case letters and digits with . _ - / between them; team/* means all below team/",
    longest=255,
)
TASK = Rule("the name of a task", r"[a-zA-Z0-9_-]+", "5 to 50 letters, digits, - and _", 5, 50)
VAULT = Rule(
    "the name of a vault",
    r"[a-zA-Z](-?[a-zA-Z0-9])*",
    "3 to 24 letters, digits and single dashes, beginning with a letter and not ending with a dash",
    3,
    24,
    within=r"(?:https://)?([a-z0-9-]+)\.vault\.(?:azure|usgovcloudapi)\.[a-z]+/?",
)
IDENTITY = Rule(
    "the name of an identity",
    r"[a-zA-Z0-9][a-zA-Z0-9_-]*",
    "3 to 128 letters, digits, - and _, beginning with a letter or digit",
    3,
    128,
)
AGENT_POOL = Rule("the name of an agent pool", r"[a-zA-Z0-9-]+", "3 to 20 letters, digits and dashes", 3, 20)
TRIGGER = Rule(
    "the name of a trigger",
    r"[^\s\x00-\x1f\[\]](?:[^\x00-\x1f\[\]]*[^\s\x00-\x1f\[\]])?",
    "1 to 50 characters on one line, without [ and ]",
    1,
    50,
)
SECRET = Rule(
    "the name of a secret",
    r"[0-9A-Za-z-]+",
    "1 to 127 letters, digits and dashes",
    longest=127,
    echo=False,
    within=r"(?:https://)?[a-z0-9.-]+/secrets/([a-z0-9-]+)(?:/[0-9a-f]*)?",
)
SECRET_VERSION = Rule("the version of a secret", r"[0-9a-fA-F]{32}", "its 32 hexadecimal digits", echo=False)
VARIABLE = Rule(
    "the name of an environment variable",
    r"[A-Za-z_][A-Za-z0-9_]*",
    "letters, digits and _, not beginning with a digit",
    longest=256,
    echo=False,
)
LOGIN_SERVER = Rule(
    "a login server",
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?",
    "a host name such as docker.io, without https:// and without a path",
    longest=260,
    echo=False,
)
SPEC = Rule(
    "the name of a spec",
    r"[a-z][a-z0-9-]*",
    "1 to 63 lower-case letters, digits and dashes, beginning with a letter",
    longest=63,
)
TAG_NAME = Rule(
    "the name of a tag",
    r"(?![aA][cC][rR]-[iI][dD][eE][nN][tT][iI][tT][yY])[^<>%&\\?/]+",
    "1 to 512 characters without <>%&\\?/; names that begin with acr-identity are kept for this program",
    longest=512,
)
TAG_VALUE = Rule("the value of a tag", r"[\s\S]*", "up to 256 characters", shortest=0, longest=256)
FINDING = Rule("the code of a finding", r"ACR[0-9]{3}", "ACR and three digits, such as ACR305")
ADDRESS = Rule(
    "the address of a repository",
    r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/@]+/\S*",
    "an address such as https://github.com/owner/repository.git#main; a login does not belong into it, use `token`",
    echo=False,
)
SCOPE = Rule(
    "a scope",
    rf"[^/\s]+|/subscriptions/{_GUID}(?:/resourceGroups/{SCOPE_PART})?"
    rf"(?:/providers/{SCOPE_PART}(?:/{SCOPE_PART}/{SCOPE_PART})+)*",
    "the key of a registry, a vault or an identity, `resource_group`, `subscription`, or a whole id such as "
    "/subscriptions/GUID/resourceGroups/NAME",
    longest=1024,
)
ROLE = Rule(
    "a role",
    r"[^/\s](?:[^/]*[^/\s])?|(?:/subscriptions/[^/\s]+)?/providers/Microsoft\.Authorization/roleDefinitions/" + _GUID,
    "its name such as Reader, its GUID, or the id of its definition",
    longest=512,
)
TEXT = Rule("a usable text", r"[\s\S]*\S[\s\S]*", "at least one visible character", longest=1 << 20, echo=False)

SpecName = Annotated[str, SPEC]
SubscriptionId = Annotated[str, SUBSCRIPTION]
ResourceGroupName = Annotated[str, RESOURCE_GROUP]
CloudName = Annotated[str, CLOUD]
Location = Annotated[str, LOCATION]
TaskName = Annotated[str, TASK]
AgentPoolName = Annotated[str, AGENT_POOL]
TriggerName = Annotated[str, TRIGGER]
SecretName = Annotated[str, SECRET]
RepositoryName = Annotated[str, REPOSITORY]
ScopeName = Annotated[str, SCOPE]
RoleName = Annotated[str, ROLE]
SecretVersion = Annotated[str, SECRET_VERSION]
VariableName = Annotated[str, VARIABLE]
LoginServer = Annotated[str, LOGIN_SERVER]
FindingCode = Annotated[str, FINDING]
TagName = Annotated[str, TAG_NAME]
TagValue = Annotated[str, TAG_VALUE]
Address = Annotated[str, ADDRESS]
Text = Annotated[str, TEXT]
