"""The docker daemon of a run: the images that it has, and its pulls and pushes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import assert_never

from acr_identity.emulator.kernel.runner_port import Image, Refusal, Surroundings
from acr_identity.emulator.runner.log import Log
from acr_identity.emulator.runner.logins import Logins
from acr_identity.emulator.runner.references import Reference, docker_reference
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.words import pull_refusal, push_refusal

_PULL_TIME, _REFUSAL_TIME, _PUSH_TIME = 1.5, 0.4, 2.0
_MANIFEST_SIZE = 1366


@dataclass(slots=True)
class Daemon:
    """Holds images by name. Whatever identifies the content of an image stands for its layers."""

    surroundings: Surroundings
    logins: Logins
    log: Log
    contents: dict[Reference, str] = field(default_factory=dict)
    digests: dict[Reference, Image] = field(default_factory=dict)
    """The images that a registry has given or taken."""

    def tag(self, name: str, content: str) -> None:
        """Give an image a name.

        Raises:
            RunError: the name is not one.
        """
        self.contents[docker_reference(name)] = content

    def pull(self, name: str, *, even_if_here: bool = False) -> Reference:
        """Have an image, from its registry if it is not here, and print what docker prints.

        Raises:
            RunError: the name is not one, or the registry refuses. The text is docker's.
        """
        reference = docker_reference(name)
        if reference in self.contents and not even_if_here:
            return reference
        holder = self.logins.holder(reference.registry)
        answer = self.surroundings.pull(reference.registry.lower(), reference.repository, reference.version, holder)
        match answer:
            case Refusal():
                self.log.wait(_REFUSAL_TIME)
                raise RunError(pull_refusal(reference, answer))
            case Image():
                self._pulled(reference, answer)
                return reference
            case _:
                assert_never(answer)

    def _pulled(self, reference: Reference, image: Image) -> None:
        self.log.show(f"{reference.version}: Pulling from {reference.repository}")
        self.log.wait(_PULL_TIME)
        self.log.show(f"Digest: {image.digest}")
        self.log.show(f"Status: Downloaded newer image for {reference.familiar}")
        self.contents[reference] = image.digest
        self.digests[reference] = image

    def remove(self, name: str) -> None:
        """Forget an image by its name.

        Raises:
            RunError: there is none. The text is docker's.
        """
        reference = docker_reference(name)
        if self.contents.pop(reference, None) is None:
            raise RunError(f"Error response from daemon: No such image: {reference.familiar}")
        self.log.show(f"Untagged: {reference.familiar}")

    def push(self, name: str) -> Image:
        """Push an image and print what docker prints.

        Raises:
            RunError: the name is not one, there is no such image here, or the registry refuses. The text is docker's.
        """
        reference = docker_reference(name)
        self.log.show(f"The push refers to repository [{reference.full_name}]")
        content = self.contents.get(reference)
        if content is None:
            raise RunError(f"An image does not exist locally with the tag: {reference.familiar_name}")
        answer = self.surroundings.push(
            reference.registry.lower(),
            reference.repository,
            reference.tag,
            content,
            self.logins.holder(reference.registry),
        )
        match answer:
            case Refusal():
                self.log.wait(_REFUSAL_TIME)
                raise RunError(push_refusal(reference, answer))
            case Image():
                self.log.wait(_PUSH_TIME)
                self.log.show(f"{reference.tag}: digest: {answer.digest} size: {_MANIFEST_SIZE}")
                self.digests[reference] = answer
                return answer
            case _:
                assert_never(answer)


def content_of(*parts: str) -> str:
    """Return what identifies an image that is made of these texts, without showing them.

    >>> content_of("a", "b") == content_of("a", "b") != content_of("ab")
    True
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return f"sha256:{digest.hexdigest()}"
