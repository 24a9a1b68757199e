"""The page of the findings has each of them, and its examples are examples of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from acr_identity.needs import Code, findings_of, read_task_file
from acr_identity.needs.dockerfiles import Build, read_dockerfile
from acr_identity.needs.holes import Holes
from needs.test_findings import spec_of

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "findings.md"
SECTION = re.compile(r"^### (ACR\d+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
SECTIONS = {found[1]: found[2] for found in SECTION.finditer(PAGE.read_text(encoding="utf-8"))}
EXAMPLES = {
    code: example[1] for code, text in SECTIONS.items() if (example := re.search(r"```text\n(.*?)```", text, re.DOTALL))
}


def test_each_code_has_its_section() -> None:
    assert list(SECTIONS) == [code.value for code in Code]


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_is_one_of_what_it_stands_for(code: str) -> None:
    text = EXAMPLES[code]
    found = {fault.code for fault in read_task_file(text, "t.yaml").faults}
    found |= {fault.code for fault in read_dockerfile(text, "D", Build(), Holes()).faults}
    if code == Code.SECRET_WITHOUT_CLIENT_ID.value:
        secrets = {"keys": {"names": ["Key"], "identity": "one"}}
        found |= {one.code for one in findings_of(spec_of(text, identity=["one", "two"], secrets=secrets))}
    assert code in found
