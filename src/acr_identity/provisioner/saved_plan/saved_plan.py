"""A plan that is kept in a document until it is applied."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from acr_identity.errors import MissingResourceError, SettingsError, SpecError, StalePlanError, UnsafePlanError
from acr_identity.provisioner.saved_plan.differences import plan_differences
from acr_identity.provisioner.saved_plan.document import (
    ADVICE,
    MarksDocument,
    SavedPlanDocument,
    read_document,
    write_document,
)
from acr_identity.provisioner.saved_plan.marks import SALT_BYTES, Marks
from acr_identity.provisioner.saved_plan.parsing import is_document
from acr_identity.render import plan_json
from acr_identity.spec import Spec, load_spec
from acr_identity.spec.environment import sources_in
from acr_identity.spec.targets import TARGETS

if TYPE_CHECKING:
    from acr_identity.plan import Plan


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan to look at now and to apply later, from a document without any secret.

    It is never applied itself: `Provisioner.check` makes the plan anew, and returns that one if it is the same.

    >>> from acr_identity import Provisioner
    >>> with Provisioner.emulated("examples/cross-registry/world.yaml") as provisioner:
    ...     SavedPlan.of(provisioner.plan("examples/cross-registry/spec.yaml")).save("plan.json")
    ...     report = provisioner.apply(provisioner.check(SavedPlan.load("plan.json")))
    >>> report.is_complete
    True

    Args:
        spec: where the spec is.
        tasks: the tasks that were asked for; `None` stands for all.
        cloud: the address of the cloud's Resource Manager, or `emulator`.
        subscriptions: the subscriptions in which the plan changes something or reads, sorted.
        digest: the digest of the plan.
        marks: what tells whether the spec, its files, the variables and the secrets of the plan are still the same.
        shown: the plan as `plan --output json` shows it, for whoever looks at it.
        prune: whether what left the spec as a whole goes.
        adopt: whether marks are written again, or taken over.
    """

    spec: Path
    tasks: tuple[str, ...] | None
    cloud: str
    subscriptions: tuple[str, ...]
    digest: str
    marks: Marks = field(repr=False)
    shown: str = field(repr=False)
    prune: bool = False
    adopt: bool = False

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Return a plan of `Provisioner.plan` as one to save.

        Raises:
            SpecError: it was made while environment variables of the spec were not set.
            UnsafePlanError: it must not be applied.
            SettingsError: it was not made from a spec in a file, or is one to destroy.
        """
        if plan.unset:
            raise SpecError(plan.unset)
        if plan.unsafe:
            raise UnsafePlanError(plan.unsafe, advice="Change what the reasons name: the spec, Azure, or your rights.")
        inputs = plan.inputs
        path = inputs.spec.path if inputs else None
        if inputs is None or path is None or plan.purpose != "apply":
            raise SettingsError(
                "only a plan that Provisioner.plan made from the file of a spec can be saved",
                advice="Write the spec to a file with dump_spec, and plan that.",
            )
        spec = inputs.spec
        return cls(
            spec=path,
            tasks=inputs.tasks,
            prune=inputs.prune,
            adopt=inputs.adopt,
            cloud=inputs.cloud,
            subscriptions=_subscriptions(spec),
            digest=plan.digest,
            marks=Marks.of(
                plan,
                spec,
                {source.env: source.value.get_secret_value() for source in sources_in(spec)},
                os.urandom(SALT_BYTES),
            ),
            shown=plan_json(plan),
        )

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read a document. What it says of the plan is checked by `Provisioner.check`.

        Raises:
            StalePlanError: it is cut short, of another version, or no saved plan.
        """
        path = Path(path)
        document, digest, shown = read_document(path)
        said = document.marks
        return cls(
            spec=path.parent / document.spec,
            tasks=document.tasks,
            prune=document.prune,
            adopt=document.adopt,
            cloud=document.cloud,
            subscriptions=document.subscriptions,
            digest=digest,
            marks=Marks(bytes.fromhex(said.salt), said.spec, said.files, said.environment, said.plan),
            shown=shown,
        )

    @staticmethod
    def is_in(path: Path | str) -> bool:
        """Say whether a file is meant for a saved plan and not for a spec: a JSON object with a `kind`, even if cut."""
        return is_document(Path(path))

    def save(self, path: Path | str) -> None:
        """Write the document: at once and whole, readable by its owner only. It replaces a saved plan and nothing else.

        The path of the spec in it is relative to its folder.

        Raises:
            SettingsError: it cannot be written, or at this path is something else than a saved plan.
        """
        path = Path(path)
        marks = self.marks
        document = SavedPlanDocument(
            spec=_relative(self.spec, path.parent),
            tasks=self.tasks,
            prune=self.prune,
            adopt=self.adopt,
            cloud=self.cloud,
            subscriptions=self.subscriptions,
            marks=MarksDocument(
                salt=marks.salt.hex(),
                spec=marks.spec,
                files=dict(marks.files),
                environment=dict(marks.environment),
                plan=marks.plan,
            ),
        )
        write_document(path, document, self.shown)

    def load_spec(self, *, files_from: Iterable[Path | str] = ()) -> Spec:
        """Return the spec as it is now.

        Raises:
            StalePlanError: it is no longer there, or invalid.
        """
        try:
            return load_spec(self.spec, files_from=files_from)
        except SpecError as error:
            raise StalePlanError([f"the spec cannot be read now: {error.problems[0]}"], advice=ADVICE) from error

    def checked(self, whole: Spec, cloud: str, make: Callable[[], Plan]) -> Plan:
        """Return the plan that `make` gives, if it is this one; it is not made where it could not be.

        Raises:
            StalePlanError: the spec, the cloud, a variable or Azure moved, so that it is another plan; it says which.
        """
        spec = self._part_of(whole)
        if reasons := (*self._other_place(spec, cloud), *self._other_values(spec, os.environ)):
            raise StalePlanError(reasons, advice=ADVICE)
        try:
            plan = make()
        except MissingResourceError as error:
            raise StalePlanError([error.message], advice=ADVICE) from error
        differences = self._differences(plan)
        if differences or plan.digest != self.digest:
            raise StalePlanError((*self._moved(spec), *differences) or self._unlike(plan), advice=ADVICE)
        if not self.marks.is_of_plan(plan):
            raise StalePlanError(["a secret value is another one, or stands in another place"], advice=ADVICE)
        return plan

    def _part_of(self, whole: Spec) -> Spec:
        try:
            return whole if self.tasks is None else whole.only(self.tasks)
        except SpecError as error:
            raise StalePlanError([str(problem) for problem in error.problems], advice=ADVICE) from error

    def _differences(self, plan: Plan) -> tuple[str, ...]:
        try:
            return plan_differences(self.shown, plan_json(plan))
        except ValueError:
            return ("what the document shows is no plan",)

    def _unlike(self, plan: Plan) -> tuple[str, ...]:
        return (f"its digest is {plan.digest}, and was {self.digest}",)

    def _other_place(self, spec: Spec, cloud: str) -> tuple[str, ...]:
        reasons = []
        if cloud != self.cloud:
            reasons.append(f"it is a plan for the cloud {self.cloud}, and this is {cloud}")
        if (now := _subscriptions(spec)) != self.subscriptions:
            then = ", ".join(self.subscriptions) or "none"
            reasons.append(f"it is a plan for the subscriptions {then}, and the spec has {', '.join(now) or 'none'}")
        return tuple(reasons)

    def _other_values(self, spec: Spec, environ: Mapping[str, str]) -> tuple[str, ...]:
        reasons = []
        for name in spec.variables:
            if not environ.get(name):
                reasons.append(f"the environment variable {name} is {'empty' if name in environ else 'not set'}")
            elif name in self.marks.environment and not self.marks.is_of_variable(name, environ[name]):
                reasons.append(f"the environment variable {name} has another value")
        return tuple(reasons)

    def _moved(self, spec: Spec) -> tuple[str, ...]:
        told = (f"the spec {self.spec} says something else",) if self.marks.has_moved(spec) else ()
        files = (f"the file {self.spec.parent / path} is another one" for path in self.marks.moved_files(spec))
        return (*told, *files)


def _subscriptions(spec: Spec) -> tuple[str, ...]:
    return tuple(sorted({id_.subscription.lower() for kind in TARGETS.values() for id_ in spec.used(kind)}))


def _relative(spec: Path, folder: Path) -> str:
    """Return the path from one folder to the spec, after all links; the whole path where none leads there."""
    place = Path(os.path.realpath(spec.parent)) / spec.name
    try:
        return Path(os.path.relpath(place, os.path.realpath(folder))).as_posix()
    except ValueError:  # on another drive
        return str(place)
