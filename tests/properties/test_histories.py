"""What must hold whatever a spec said before."""

from __future__ import annotations

from hypothesis import given

from acr_identity.provisioner import Provisioner
from profiles import examples
from properties.histories import Edit, edits, left, make
from properties.test_convergence import of_others

pairs = examples(0.6)


@pairs
@given(edits())
def test_an_edited_spec_leaves_what_it_would_have_left_alone(edit: Edit) -> None:
    emulator, alone = edit.case.emulator(), edit.case.emulator()
    make(emulator, edit.before)
    make(emulator, edit.after, prune=True)
    make(alone, edit.after, prune=True)
    assert left(emulator, edit.case) == left(alone, edit.case)
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.plan(edit.after, prune=True).steps == ()
        assert provisioner.destroy(edit.after).is_complete
        assert provisioner.plan_destroy(edit.after).steps == ()
    assert list(of_others(emulator)) == list(of_others(edit.case.emulator()))
