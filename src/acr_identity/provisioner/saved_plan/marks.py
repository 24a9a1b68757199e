"""Marks: what tells whether a value is still the same, without telling the value."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.spec import TaskFile

if TYPE_CHECKING:
    from acr_identity.plan import Plan
    from acr_identity.spec import Spec

SALT_BYTES = 16
_COST = 2**14
_BLOCKS = 8
_LANES = 5
_MEMORY = 1 << 26


def secret_mark(salt: bytes, name: str, value: str) -> str:
    """Return the mark of a secret, by scrypt (RFC 7914) with N=2^14, r=8 and p=5.

    To try one guess at the secret takes as long as to make a mark, and 16 MiB. The name is part of it: two names with
    the same secret have two marks.
    """
    text = f"{name}\0{value}".encode(errors="surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=_COST, r=_BLOCKS, p=_LANES, maxmem=_MEMORY, dklen=32).hex()


def file_mark(salt: bytes, text: str) -> str:
    """Return the mark of a text that is no secret."""
    return hmac.digest(salt, text.encode(errors="surrogatepass"), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of all from which a plan was made, under one salt.

    Args:
        salt: random bytes, so that no table of marks can be made beforehand.
        spec: of what the spec says, whatever its comments and its form.
        files: of the files that the spec names, by their paths in it.
        environment: of the values of the environment variables, by name.
        plan: of the whole plan with its secrets.
    """

    salt: bytes
    spec: str
    files: Mapping[str, str]
    environment: Mapping[str, str]
    plan: str

    @classmethod
    def of(cls, plan: Plan, spec: Spec, environment: Mapping[str, str], salt: bytes) -> Marks:
        """Return the marks of a plan and of the spec and the variables from which it was made."""
        return cls(
            salt,
            spec_mark(salt, spec),
            files_marks(salt, spec),
            {name: secret_mark(salt, f"variable {name}", value) for name, value in environment.items()},
            secret_mark(salt, "plan", plan.canonical_with_secrets()),
        )

    def moved_files(self, spec: Spec) -> tuple[str, ...]:
        """Return which files that the spec names hold another text than they did, or are named no more or anew."""
        now = files_marks(self.salt, spec)
        return tuple(sorted(path for path in now.keys() | self.files.keys() if now.get(path) != self.files.get(path)))

    def has_moved(self, spec: Spec) -> bool:
        """Say whether the spec itself says something else than it did."""
        return spec_mark(self.salt, spec) != self.spec

    def is_of_variable(self, name: str, value: str) -> bool:
        """Say whether the value of a variable is the one that it had."""
        return hmac.compare_digest(secret_mark(self.salt, f"variable {name}", value), self.environment[name])

    def is_of_plan(self, plan: Plan) -> bool:
        """Say whether a plan does the same with the same secrets."""
        return hmac.compare_digest(secret_mark(self.salt, "plan", plan.canonical_with_secrets()), self.plan)


def spec_mark(salt: bytes, spec: Spec) -> str:
    """Return the mark of what a spec says."""
    return file_mark(salt, json.dumps(spec.to_tree(), sort_keys=True))


def files_marks(salt: bytes, spec: Spec) -> dict[str, str]:
    """Return the marks of the files that a spec names, by their paths in it."""
    files = {task.file.path: task.file for task in spec.tasks.values() if isinstance(task.file, TaskFile)}
    return {path: file_mark(salt, file.content) for path, file in sorted(files.items())}
