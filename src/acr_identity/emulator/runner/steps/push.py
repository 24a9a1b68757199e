"""A `push` step."""

from __future__ import annotations

from acr_identity.emulator.kernel.runner_port import Image
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.steps.scene import Scene
from acr_identity.emulator.runner.taskfile import TaskStep

_ATTEMPTS = 3


def run_push(scene: Scene, step: TaskStep) -> None:
    """Push images, each in up to three attempts.

    Raises:
        RunError: an image could not be pushed.
    """
    for image in step.push:
        _push(scene, image)


def _push(scene: Scene, image: str) -> None:
    for attempt in range(_ATTEMPTS):
        scene.log.say(f"Pushing image: {image}, attempt {attempt + 1}")
        try:
            pushed = scene.daemon.push(image)
            scene.pushed.append(pushed)
            scene.untagged = [one for one in scene.untagged if _tagged(one) != _tagged(pushed)]
        except RunError as error:
            scene.log.show(error.text)
            scene.log.wait(2**attempt)
        else:
            scene.log.say(f"Successfully pushed image: {image}")
            return
    raise RunError("failed to push images successfully")


def _tagged(image: Image) -> tuple[str, str, str]:
    return image.registry, image.repository, image.tag
