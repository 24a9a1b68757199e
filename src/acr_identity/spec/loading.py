"""Read a spec, or any other YAML document with a model, and find all mistakes at once."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from acr_identity.errors import PlacedMistake, SpecError
from acr_identity.spec.consistency import spec_mistakes
from acr_identity.spec.document import Document, read_document
from acr_identity.spec.files import LARGEST_DOCUMENT, own_folders, read_file
from acr_identity.spec.misspelt_keys import misspelt_keys, put_right
from acr_identity.spec.mistakes import Mistake, UnknownKey, quoted, with_guesses
from acr_identity.spec.models import Spec
from acr_identity.spec.no_spec import no_spec, other_document
from acr_identity.spec.places import Reading
from acr_identity.spec.pydantic_mistakes import mistakes_of

if TYPE_CHECKING:
    from acr_identity.spec.base import Tree
    from acr_identity.spec.mistakes import KeyPath

_MOST_MISTAKES = 1000

ModelT = TypeVar("ModelT", bound=BaseModel)
Rules: TypeAlias = "Callable[[Tree], Iterable[Mistake]]"


def load_spec(path: Path | str, *, files_from: Iterable[Path | str] = ()) -> Spec:
    """Read a spec from a file; the paths in it are relative to its folder.

    The files that it names are read too. After all links they must be below the repository that holds the spec (the
    nearest folder above it with `.git`, else its own folder), or below one of the folders `files_from`.

    Raises:
        SpecError: it holds every mistake, each with file, line and column, in the order of the file.
        SettingsError: one of `files_from` is not a folder.
    """
    return _spec_of(_text_of(Path(path)), str(path), Path(path).parent, files_from, Path(path).absolute())


def parse_spec(text: str, *, name: str = "spec", folder: Path = Path(), files_from: Iterable[Path | str] = ()) -> Spec:
    """Read a spec from a YAML text. Messages call the text `name`; it counts as a file in `folder`, as for `load_spec`.

    Raises:
        SpecError: it holds every mistake, each with name, line and column, in the order of the text.
        SettingsError: one of `files_from` is not a folder.

    >>> parse_spec("tasks: {hello: {registry: here, command: alpine}}")
    Traceback (most recent call last):
    acr_identity.errors.SpecError: spec:1:27: The registry 'here' is not among `registries`. Add it to `registries`.
    """
    return _spec_of(text, name, folder, files_from, None)


def load_document(path: Path | str, model: type[ModelT]) -> ModelT:
    """Read a YAML file as a model of pydantic.

    Raises:
        SpecError: it holds every mistake, each with file, line and column, in the order of the file.
    """
    document = read_document(_text_of(Path(path)), str(path))
    return _validated(document, model, _no_rules, None)


def _spec_of(text: str, name: str, folder: Path, files_from: Iterable[Path | str], path: Path | None) -> Spec:
    folders = own_folders(folder, files_from)
    if found := no_spec(text, name):
        raise SpecError([found])
    document = read_document(text, name)
    if found := other_document(document):
        raise SpecError([found])
    origin = replace(document.origin, path=path)
    return _validated(document, Spec, spec_mistakes, Reading(folder, folders, origin))


def _no_rules(_: Tree) -> Iterable[Mistake]:
    return ()


def _validated(document: Document, model: type[ModelT], rules: Rules, context: Reading | None) -> ModelT:
    placed = list(document.mistakes)
    if () in document.holes or not document.origin.values:
        raise SpecError(_in_order(placed, document, []))
    found, value = _checked(document, model, rules, context)
    if meant := misspelt_keys(found, document.origin):
        unknown = [one for one in found if document.origin.nearest(one.path) in meant and isinstance(one, UnknownKey)]
        document = put_right(document, meant)
        found = [*unknown, *_checked(document, model, rules, context)[0]]
    found = [mistake for mistake in found if not _unknown(document, mistake.path)]
    if placed or found or value is None:
        # The error of pydantic is not chained: it holds the values, and one may be a secret.
        raise SpecError(_in_order(placed, document, found)) from None
    return value


def _checked(
    document: Document, model: type[ModelT], rules: Rules, context: Reading | None
) -> tuple[list[Mistake], ModelT | None]:
    found = [] if document.tree is None else list(rules(document.tree))
    try:
        return found, model.model_validate(document.tree, context=context)
    except ValidationError as error:
        return [*found, *mistakes_of(error, model)], None


def _unknown(document: Document, path: KeyPath) -> bool:
    if not document.holes:
        return False
    place = document.origin.nearest(path)
    return any(place[:length] in document.holes for length in range(len(place) + 1))


def _in_order(placed: Iterable[PlacedMistake], document: Document, mistakes: list[Mistake]) -> list[PlacedMistake]:
    origin = document.origin
    first = sorted(mistakes, key=lambda mistake: (origin.place(mistake), mistake.message))[:_MOST_MISTAKES]
    told = {*placed, *map(origin.placed, with_guesses(first))}
    found = sorted(told, key=lambda mistake: (mistake.line, mistake.column, mistake.message))
    if (more := len(found) + len(mistakes) - len(first) - _MOST_MISTAKES) > 0:
        found[_MOST_MISTAKES:] = [PlacedMistake(f"There are {more} more mistakes.", "Mend these first.", origin.file)]
    return found


def _text_of(path: Path) -> str:
    name = str(path)
    try:
        data = read_file(path, LARGEST_DOCUMENT)
    except FileNotFoundError:
        mistake = PlacedMistake("There is no such file.", file=name)
    except IsADirectoryError:
        mistake = PlacedMistake("This is a folder.", "Name a file.", name)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is no path"
        mistake = PlacedMistake(f"The file cannot be read: {reason}.", file=name)
    else:
        return _decoded(data, name)
    raise SpecError([mistake])


def _decoded(data: bytes, name: str) -> str:
    data = data.removeprefix(BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].split(b"\n")
        message = f"The byte {quoted(hex(data[error.start]))[1:-1]} is not UTF-8."
        mistake = PlacedMistake(message, "Save the file as UTF-8.", name, len(before), len(before[-1].decode()) + 1)
    raise SpecError([mistake])
