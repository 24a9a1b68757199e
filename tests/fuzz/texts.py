"""Texts of 64 KB that are hard to read: deep ones, wide ones, and those that grow when they are read."""

from __future__ import annotations

from collections.abc import Mapping

from fuzz.limits import LARGEST

_HEAD = "subscription: 11111111-1111-1111-1111-111111111111\nresource_group: g\n"
_TASK = f"{_HEAD}tasks: {{hello: {{registry: r, command: c, "
_V = "version: v1.1.0\n"


def often(unit: str, before: str = "", after: str = "") -> str:
    """The unit as often as there is room."""
    return before + unit * ((LARGEST - len(before) - len(after)) // len(unit)) + after


def numbered(unit: str, before: str = "", after: str = "") -> str:
    """Units with a number instead of `#`, as many as there is room for."""
    return before + _counted(unit, LARGEST - len(before) - len(after)) + after


def both(first: str, second: str, before: str, between: str, after: str = "") -> str:
    """As many numbered units of the first kind as of the second."""
    room = (LARGEST - len(before) - len(between) - len(after)) // 2
    return before + _counted(first, room) + between + _counted(second, room) + after


def _counted(unit: str, room: int) -> str:
    longest = len(unit.replace("#", "0fff"))
    return "".join(unit.replace("#", f"{number:04x}") for number in range(room // longest))


def step(command: str) -> str:
    """A task file with one step."""
    return f"{_V}steps:\n - cmd: '{command}'\n"


def template(action: str) -> str:
    """A task file with one action of a template."""
    return f"{_V}{{{{{action}}}}}\n"


# What once took long, or failed.

DEEP: Mapping[str, str] = {
    "open brackets": often("["),
    "open braces": often("{"),
    "brackets behind a key": often("[", "a: "),
    "closed brackets": "[" * 1000 + "]" * 1000,
    "keys in braces": often("{a: "),
    "lists in lists": often("- "),
    "complex keys": often("? "),
    "brackets as keys": often("? ["),
    "an escape that is no character": 'a: "\\UFFFFFFFF"',
    "a version of thousands of digits": f"%YAML 1.{'9' * 5000}\n--- a",
    "a date that is none": "a: 2026-99-99",
    "aliases in aliases": "a: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"b{level}: &a{level + 1} [{f'*a{level},' * 10}]\n" for level in range(12)),
    "an alias of itself": "a: &a [*a]",
    "wide aliases": both("k#: v,", "a#: *m\n", "contexts:\n x: &m {", "}\n"),
}
SPEC: Mapping[str, str] = {
    "misspelt registries": both(
        " reg#x: {}\n", " task#: {registry: reh#x, command: c}\n", f"{_HEAD}registries:\n", "tasks:\n"
    ),
    "misspelt pulls": both(" r#: {}\n", "q#,", f"{_HEAD}registries:\n", f"{_TASK[len(_HEAD) :]}pull: [", "]}}"),
    "long misspelt pulls": both(
        f" {'a' * 70}#: {{}}\n", f"{'a' * 71}#,", f"{_HEAD}registries:\n", f"{_TASK[len(_HEAD) :]}pull: [", "]}}"
    ),
    "many identities, many vaults": both("i#,", "v#: c,", f"{_TASK}identity: [", "], secrets: {", "}}}"),
    "many identities, many logins": both(
        "i#,", "v#: {user_name: {vault: a}},", f"{_TASK}identity: [", "], credentials: {", "}}}"
    ),
    "one registry often": often("a,", f"{_TASK}pull: [", "]}}"),
}
FAULTS: Mapping[str, str] = {
    "open groups": f"- {{status: 500, path: '{'(' * 30_000}'}}",
    "closed groups": f"- {{status: 500, path: '{'(' * 30_000}{')' * 30_000}'}}",
    "a great repetition": "- {status: 500, path: 'a{99999999999999}'}",
    "wide ranges": "- {status: 500, path: '" + "[a-\U0010ffff]" * 7000 + "'}",
    "ranges with escapes": "- {status: 500, path: '" + "[a-\\U0010ffff]" * 4500 + "'}",
    "a number of thousands of digits": f"- {{status: 500, retry_after: {'5' * 5000}}}",
}
STATE: Mapping[str, str] = {
    "open brackets": often("["),
    "deep data": '{"format":"acr_identity.emulator","version":1,"state":' + '{"a":' * 9000 + "1" + "}" * 9001,
    "a number of thousands of digits": f'{{"format":"acr_identity.emulator","version":{"1" * 5000},"state":{{}}}}',
    "no number": '{"format":"acr_identity.emulator","version":NaN,"state":{}}',
}
TASK: Mapping[str, str] = {
    "retries without end": often(
        "- {cmd: b, ignoreErrors: y, retries: 999999999, timeout: 99999999}\n", f"{_V}steps:\n"
    ),
    "many variables, many steps": both("#=,", "- {cmd: bash, env: [b=]}\n", f"{_V}env: [", "]\nsteps:\n"),
    "a long alias often": f"{_V}alias:\n  values:\n    a: {'b' * 30_000}\nsteps:\n - cmd: {'$a' * 16_000}",
    "a long alias in each step": often(" - cmd: a\n", f"{_V}alias:\n  values:\n    a: {'b' * 30_000}\nsteps:\n"),
    "a line without a colon": f"{_V}alias:\n  values:\n{'a' * 64_000}",
    "a replacement that grows": template(f'"{"a" * 30_000}"|replace "a" "{"b" * 30_000}"'),
    "outputs that grow": often(
        '{{"' + "a" * 10 + '"|replace "a" "' + "a" * 90 + '"|replace "a" "' + "a" * 999 + '"}}', _V
    ),
    "replacements of long texts": template(
        f'"{"a" * 1000}"|replace "a" "{"a" * 900}"' + '|replace "a" "b"|replace "b" "a"' * 1700
    ),
    "digests of long texts": template(f'"a"|replace "a" "{"b" * 30_000}"' + "|len|print|sha256sum" * 1400),
    "a number in hexadecimal": template(f"0x{'f' * 5000}"),
    "lines in an action": template("print" + "\n1" * 32_000),
    "parentheses": template("(" * 30_000 + ".Run.ID" + ")" * 30_000),
    "else if": _V + "{{if false}}" + "{{else if false}}" * 3500 + "{{end}}",
    "tags of a build": step("bash docker build " + "-t a " * 10_000 + "."),
    "open variables": step("bash " + "${" * 30_000),
    "a step often": f"{_V}x: &a {{cmd: bash, env: [{'a=b,' * 5000}]}}\nsteps: [{'*a,' * 10_000}]",
    "merges in merges": _V
    + "b: &b0 {x: 1}\n"
    + "".join(f"b{level}: &b{level + 1}\n  <<: [{f'*b{level},' * 10}]\n" for level in range(14))
    + "<<: *b14\nsteps: []\n",
    "a wide merge often": f"{_V}x: &b {{{','.join(f'k{key}: v' for key in range(3000))}}}\nsteps:\n"
    + " - <<: *b\n" * 3000,
}
DOCKERFILE: Mapping[str, str] = {
    "variables in variables": "ARG a0=xxxxxxxxxx\n"
    + "".join(f"ARG a{level + 1}={f'$a{level}' * 10}\n" for level in range(30))
    + "FROM $a30\n",
    "a long variable often": f"ARG a={'x' * 30_000}\nFROM {'$a' * 15_000}",
    "many sources, twice": "FROM a AS s0\n"
    + "COPY --from=x a\n" * 1500
    + "FROM a AS s1\n"
    + "COPY --from=s0 a\n" * 1500,
    "stages and sources": both("FROM a AS s#\n", "COPY --from=s# a b\n", "", ""),
    "defaults in one line": numbered("a#=b ", "ARG ", "\nFROM a\n"),
    "open variables": "FROM " + "${" * 30_000,
    "flags": "FROM a\nRUN " + "--a " * 15_000,
    "blanks in a directive": f"# a = x{' ' * 30_000}y{' ' * 30_000}z",
}
NEEDS: Mapping[str, str] = {
    "many conditions": "steps:\n- cmd: x " + "{{if true}}" * 6000,
    "many aliases": "version: v1.1.0\nsteps:\n- cmd: x " + "$ID " * 16000,
    "many keys that are not known": "steps:\n- {" + ",".join(f"key{number}: 1" for number in range(6000)) + "}\n",
    "many steps that wait": "steps:\n" + "".join(f"- {{id: s{at}, cmd: x, when: [s{at - 1}]}}\n" for at in range(2000)),
    "many commands": "steps:\n- cmd: " + "docker pull a;" * 4500,
}
BUILD: Mapping[str, str] = {
    "arguments that double": "ARG A0=xy\n" + "".join(f"ARG A{at}=$A{at - 1}$A{at - 1}\n" for at in range(1, 3000)),
    "stages in a row": "".join(f"FROM s{at - 1} AS s{at}\n" for at in range(1, 3500)),
}

KNOWN: Mapping[str, Mapping[str, str]] = {
    "spec": {**DEEP, **SPEC},
    "world of the emulator": DEEP,
    "faults": FAULTS,
    "state": STATE,
    "task file": {**DEEP, **TASK},
    "Dockerfile": DOCKERFILE,
    "needs of a task file": {**DEEP, **TASK, **NEEDS},
    "needs of a Dockerfile": {**DOCKERFILE, **BUILD},
}
"""By the name of the reader."""
