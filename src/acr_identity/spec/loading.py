"""Read a spec, or any other YAML document with a model, and find all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from acr_identity.errors import Problem, SpecError
from acr_identity.spec.consistency import spec_mistakes
from acr_identity.spec.document import Document, read_document
from acr_identity.spec.mistakes import Mistake, quoted
from acr_identity.spec.models import Spec
from acr_identity.spec.places import Reading
from acr_identity.spec.problems import mistakes_of

if TYPE_CHECKING:
    from acr_identity.spec.mistakes import KeyPath

ModelT = TypeVar("ModelT", bound=BaseModel)


def load_spec(path: Path | str) -> Spec:
    """Read a spec from a file; the paths in it are relative to its folder.

    Raises:
        SpecError: it holds every mistake, each with file, line and column, in the order of the file.
    """
    return parse_spec(_text_of(Path(path)), name=str(path), folder=Path(path).parent)


def parse_spec(text: str, *, name: str = "spec", folder: Path = Path()) -> Spec:
    """Read a spec from a YAML text. Messages call the text `name`; paths in it are relative to `folder`.

    Raises:
        SpecError: it holds every mistake, each with name, line and column, in the order of the text.

    >>> parse_spec("tasks: {hello: {registry: here, command: alpine}}")
    Traceback (most recent call last):
    acr_identity.errors.SpecError: spec:1:27: The registry 'here' is not among `registries`. Add it to `registries`.
    """
    document = read_document(text, name)
    mistakes = [] if document.tree is None else list(spec_mistakes(document.tree))
    return _validated(document, Spec, mistakes, Reading(folder, document.origin))


def load_document(path: Path | str, model: type[ModelT]) -> ModelT:
    """Read a YAML file as a model of pydantic.

    Raises:
        SpecError: it holds every mistake, each with file, line and column, in the order of the file.
    """
    document = read_document(_text_of(Path(path)), str(path))
    return _validated(document, model, [], None)


def _validated(document: Document, model: type[ModelT], mistakes: Iterable[Mistake], context: Reading | None) -> ModelT:
    problems = list(document.problems)
    if () in document.holes or not document.origin.values:
        raise SpecError(problems)
    found = list(mistakes)
    try:
        value = model.model_validate(document.tree, context=context)
    except ValidationError as error:
        found += mistakes_of(error, model)
        value = None
    problems += [document.origin.problem(mistake) for mistake in found if not _unknown(document, mistake.path)]
    if problems or value is None:
        # The error of pydantic is not chained: it holds the values, and one may be a secret.
        raise SpecError(_in_order(problems)) from None
    return value


def _unknown(document: Document, path: KeyPath) -> bool:
    place = document.origin.nearest(path)
    return any(place[:length] in document.holes for length in range(len(place) + 1))


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(set(problems), key=lambda problem: (problem.line, problem.column, problem.message))


def _text_of(path: Path) -> str:
    name = str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        problem = Problem("There is no such file.", file=name)
    except IsADirectoryError:
        problem = Problem("This is a folder.", "Name a file.", name)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is no path"
        problem = Problem(f"The file cannot be read: {reason}.", file=name)
    else:
        return _decoded(data, name)
    raise SpecError([problem])


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].split(b"\n")
        message = f"The byte {quoted(hex(data[error.start]))[1:-1]} is not UTF-8."
        problem = Problem(message, "Save the file as UTF-8.", name, len(before), len(before[-1].decode()) + 1)
    raise SpecError([problem])
