"""What the runner refuses of a task file before anything runs, and what it passes over in silence."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from acr_identity.needs.codes import Code
from acr_identity.needs.holes import has_hole, shown
from acr_identity.needs.nodes import Mapping, Node, Scalar, entry, items, text_of
from acr_identity.needs.nodes import Sequence as Entries
from acr_identity.needs.report import Report
from acr_identity.spec.mistakes import MOST_GUESSES, nearest, quoted

_TEXT, _TEXTS, _WHOLE, _TRUTH, _WHOLES, _MAPPINGS = (
    "a text",
    "a list of texts",
    "a whole number",
    "true or false",
    "a list of whole numbers",
    "a list of mappings",
)
_TOP: Final = {
    "version": _TEXT, "steps": _MAPPINGS, "stepTimeout": _WHOLE, "secrets": _MAPPINGS, "networks": _MAPPINGS,
    "volumes": _MAPPINGS, "env": _TEXTS, "workingDirectory": _TEXT, "alias": "",
}  # fmt: skip
_STEP: Final = {
    **dict.fromkeys(
        ("id", "cmd", "build", "workingDirectory", "entryPoint", "user", "network", "isolation", "cpus", "cache"), _TEXT
    ),
    **dict.fromkeys(("push", "env", "expose", "ports", "when", "retryOnErrors"), _TEXTS),
    **dict.fromkeys(("exitedWith", "exitedWithout"), _WHOLES),
    **dict.fromkeys(
        ("timeout", "cmdDownloadRetries", "cmdDownloadRetryDelay", "startDelay", "retryDelay", "retries", "repeat"),
        _WHOLE,
    ),
    **dict.fromkeys(
        ("keep", "detach", "privileged", "ignoreErrors", "disableWorkingDirectoryOverride", "pull"), _TRUTH
    ),
    "volumeMounts": _MAPPINGS,
}
_WORK = ("cmd", "build", "push")
_AT_ONCE = "-"
_ROOT = "acb_root"
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|0o?[0-7_]+|0b[01_]+)")
_TRUTHS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n"})
_CACHES = frozenset({"", "enabled", "disabled"})


def environment_of(node: Node | None) -> tuple[str, ...]:
    """Return the variables of a step, or of all steps."""
    return tuple(text for one in items(entry(node, "env")) if (text := text_of(one)))


def check_top(tree: Node | None, report: Report) -> None:
    """Check the keys of a file."""
    _check_keys(tree, _TOP, report)
    names = {text_of(entry(one, "name")) for one in items(entry(tree, "volumes"))}
    for step in items(entry(tree, "steps")):
        for mount in items(entry(step, "volumeMounts")):
            _check_mount(mount, names, report)


def _check_mount(mount: Node, names: set[str | None], report: Report) -> None:
    name, path = (text_of(entry(mount, key)) for key in ("name", "mountPath"))
    at = report.at(mount.offset)
    if not name or not path:
        report.fault(Code.MOUNT, "A mount has no `name`, or no `mountPath`.", "Give it both.", at)
    elif name not in names and not has_hole(name):
        report.fault(Code.MOUNT, f"There is no volume {quoted(shown(name))}.", "Add it to `volumes`.", at)


def check_step(step: Mapping, number: int, ids: set[str], report: Report) -> None:
    """Check a step; `ids` are those of the steps before it, and get its own."""
    _check_keys(step, _STEP, report)
    at = report.at(step.offset)
    given = [key for key in _WORK if _is_given(entry(step, key))]
    if len(given) != 1:
        message = f"A step has {' and '.join(given)}." if given else "A step has none of cmd, build and push."
        report.fault(Code.STEP_WITHOUT_WORK, message, "Give each step one of cmd, build and push.", at)
    id_ = text_of(entry(step, "id")) or f"acb_step_{number}"
    _check_id(id_, ids, step, report)
    _check_when(step, id_, ids, report)
    ids.add(id_)
    cache = text_of(entry(step, "cache")) or ""
    if cache.lower() not in _CACHES and not has_hole(cache):
        report.fault(Code.WRONG_VALUE, f"`cache` cannot be {quoted(cache)}.", "Write enabled or disabled.", at)
    for key in ("retries", "repeat"):
        if (text_of(entry(step, key)) or "").startswith("-"):
            report.fault(Code.WRONG_VALUE, f"`{key}` is less than 0.", "Write a number from 0 on.", at)
    for variable in environment_of(step):
        if "=" not in variable and not has_hole(variable):
            report.fault(Code.WRONG_VALUE, f"{quoted(variable)} of `env` has no `=`.", "Write NAME=VALUE.", at)


def _is_given(node: Node | None) -> bool:
    return bool(items(node)) if isinstance(node, Entries) else bool(text_of(node))


def _check_id(id_: str, ids: Collection[str], step: Mapping, report: Report) -> None:
    at = report.at((entry(step, "id") or step).offset)
    if id_ == _ROOT:
        report.fault(Code.STEP_ID, f"The id {_ROOT} is the run's own.", "Rename the step.", at)
    elif id_ in ids:
        report.fault(Code.STEP_ID, f"Two steps have the id {quoted(shown(id_))}.", "Rename one.", at)
    elif not has_hole(id_) and not _NAME.fullmatch(id_):
        message = f"The id {quoted(id_)} can be no name of a container."
        report.fault(Code.STEP_ID, message, "Take two or more letters, digits, and _.- behind the first.", at)


def _check_when(step: Mapping, id_: str, ids: Collection[str], report: Report) -> None:
    names = [(text_of(one) or "", one) for one in items(entry(step, "when"))]
    for name, node in names:
        at = report.at(node.offset)
        if name == _AT_ONCE:
            if len(names) > 1:
                report.fault(Code.WHEN_OF_LATER_STEP, "`when` has `-` and steps.", "Leave one out.", at)
        elif name == id_:
            report.fault(Code.WHEN_OF_LATER_STEP, f"The step {quoted(name)} waits for itself.", "Leave it out.", at)
        elif name not in ids and not has_hole(name):
            message = f"`when` names {quoted(shown(name))}, which is no step before this one."
            report.fault(Code.WHEN_OF_LATER_STEP, message, "Name an earlier step.", at)


def _check_keys(node: Node | None, known: dict[str, str], report: Report) -> None:
    for key, value in node.entries if isinstance(node, Mapping) else ():
        at = report.at(key.offset)
        kind = known.get(key.text)
        if kind is None:
            if key.text != "<<":
                meant = nearest(key.text, known) if len(report.faults) < MOST_GUESSES else ""
                fix = f"Did you mean `{meant}`?" if meant else "Take it out."
                report.fault(Code.UNKNOWN_KEY, f"A run passes over {quoted(shown(key.text))}.", fix, at)
        elif kind and not _fits(value, kind):
            report.fault(Code.WRONG_KIND, f"`{key.text}` is not {kind}.", f"Write {kind}.", report.at(value.offset))


def _fits(value: Node, kind: str) -> bool:
    if isinstance(value, Scalar) and value.is_null:
        return True
    match value:
        case Entries(nodes=entries) if kind in {_TEXTS, _WHOLES}:
            return all(isinstance(one, Scalar) and (kind == _TEXTS or _is_number(one)) for one in entries)
        case Entries():
            return kind == _MAPPINGS
        case Scalar():
            is_text = kind == _TEXT
            return is_text or (kind == _WHOLE and _is_number(value)) or (kind == _TRUTH and _is_truth(value))
        case Mapping():
            return False


def _is_number(value: Scalar) -> bool:
    return has_hole(value.text) or (value.is_plain and _is_whole(value.text))


def _is_whole(text: str) -> bool:
    if _NUMBER.fullmatch(text):
        return True
    try:
        return float(text).is_integer()
    except (ValueError, OverflowError):
        return False


def _is_truth(value: Scalar) -> bool:
    return has_hole(value.text) or (value.is_plain and value.text.lower() in _TRUTHS)
