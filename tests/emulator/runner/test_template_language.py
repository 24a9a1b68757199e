"""The template language: what is understood, and that the rest says so."""

from __future__ import annotations

import pytest

from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.template import Datum, render

DATA: Datum = {
    "Run": {"ID": "cf1", "Registry": "myregistry.azurecr.io"},
    "Build": {"ID": "cf1"},
    "Values": {"name": "Hub User", "empty": ""},
    "Secrets": {"my-id": "value"},
}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain } { text", "plain } { text"),
        ("{{.Run.ID}}-{{ .Build.ID }}", "cf1-cf1"),
        ('{{index .Secrets "my-id"}}', "value"),
        ('{{index .Secrets "none"}}{{.Values.none}}{{.None}}', ""),
        ('{{ default "x" .Values.none }}{{ .Values.empty | default "y" }}', "xy"),
        ("{{.Values.name | lower | quote}}", '"hub user"'),
        ("{{ .Values.name | upper | squote }}", "'HUB USER'"),
        ('{{ trim "  a " }}{{ trimSuffix ".io" "a.io" }}{{ trimPrefix "v" "v1" }}', "aa1"),
        ('{{ replace " " "-" .Values.name }}', "Hub-User"),
        ('{{ printf "%s/%s:%d" .Run.Registry "a" 1 }}', "myregistry.azurecr.io/a:1"),
        ('{{ b64enc "a" }}{{ b64enc .Values.none }}{{ b64dec "YQ==" }}', "YQ==a"),
        ('{{ trunc 3 "abcdef" }}{{ trunc -1 "abc" }}{{ substr 1 2 "abc" }}', "abccb"),
        ('{{if eq .Run.ID "cf1"}}a{{else}}b{{end}}', "a"),
        ("{{if .Values.none}}a{{else if .Values.empty}}b{{else}}c{{end}}", "c"),
        ("a {{- /* comment */ -}} b", "ab"),
        ("a {{- .Run.ID -}} b", "acf1b"),
        ('{{ (index .Values "name") | nospace }}', "HubUser"),
        ("{{ ternary 1 2 (not true) }}{{ or .Values.none `raw` }}{{ and 1 0 }}", "2raw0"),
        ("{{ .Values }}{{ true }}{{ 1.5 }}", "map[empty: name:Hub User]true1.5"),
        ('{{ contains "b" "abc" }}{{ hasPrefix "a" "b" }}{{ len "abc" }}', "truefalse3"),
        ("{{ empty .Values.empty }}{{ coalesce .Values.none 2 }}{{ ne 1 2 }}{{ 0x10 }}", "true2true16"),
        ('{{ print 1 nil "a" }}{{ toString 1 }}{{ len .Secrets }}{{ trimAll "-" "--a-" }}', "1<nil>a11a"),
        (
            "{{ trunc 9 `a` }}{{ sha256sum `` | trunc 4 }}{{ b64dec `!` | empty }}{{ if (.Values) }}y{{ end }}",
            "ae3b0falsey",
        ),
        (r'{{ "a\"b\u00e9\n" | quote }}', '"a\\"bé\\n"'),
    ],
)
def test_an_action_is_filled_in(text: str, filled: str) -> None:
    assert render("t.yaml", text, DATA) == filled


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\nb\n{{.Secrets.my-id}}", "template: t.yaml:3: bad character U+002D '-'"),
        ("{{.Run.ID", "template: t.yaml:1: unclosed action"),
        ('{{"a}}', "template: t.yaml:1: unterminated quoted string"),
        ("{{`a}}", "template: t.yaml:1: unterminated raw quoted string"),
        ("{{ ! }}", 'template: t.yaml:1: unexpected "!" in operand'),
        ("{{ § }}", "template: t.yaml:1: unrecognized character in action: U+00A7 '§'"),
        ("{{}}", "template: t.yaml:1: missing value for command"),
        ("{{end}}", "template: t.yaml:1: unexpected {{end}}"),
        ("{{if true}}", "template: t.yaml:1: unexpected EOF"),
        ("{{(1}}", "template: t.yaml:1: unclosed left paren"),
        ("{{1 2}}", "template: t.yaml:1: can't give argument to non-function 1"),
        ("{{1x}}", 'template: t.yaml:1: bad number syntax: "1x"'),
        ("{{range .Values}}{{end}}", "template: t.yaml:1: {{range}} is not supported by this emulator"),
        ("{{$x}}", "template: t.yaml:1: variable $x is not supported by this emulator"),
        ("{{else}}", "template: t.yaml:1: unexpected {{else}}"),
        ("{{if true}}{{else}}", "template: t.yaml:1: unexpected EOF"),
        ("{{if true}}{{else}}{{else}}{{end}}", "template: t.yaml:1: expected end; found {{else}}"),
        ("{{1)}}", 'template: t.yaml:1: unexpected ")" in command'),
        ('{{1"a"}}', 'template: t.yaml:1: unexpected "\\"a\\"" in operand'),
        ("{{,}}", 'template: t.yaml:1: unexpected "," in operand'),
        (r'{{"\d"}}', "template: t.yaml:1: invalid syntax"),
        (
            "{{now}}",
            'template: t.yaml:1: function "now" not defined (this emulator knows a part of Sprig)',
        ),
    ],
)
def test_what_is_no_template_or_not_supported_is_named_by_line(text: str, problem: str) -> None:
    with pytest.raises(RunError) as caught:
        render("t.yaml", text, DATA)
    assert caught.value.text == f"failed to parse template: t.yaml. Err: {problem}"


@pytest.mark.parametrize(
    ("action", "source", "problem"),
    [
        (".Values.none.deeper", ".Values.none.deeper", "nil pointer evaluating interface {}.deeper"),
        (".Run.ID.deeper", ".Run.ID.deeper", "can't evaluate field deeper in type interface {}"),
        (".Values.none | lower", "lower", "invalid value; expected string"),
        ("lower 1", "lower 1", "wrong type for value; expected string; got int"),
        ("lower", "lower", "wrong number of args for lower: want 1 got 0"),
        ("index .Values 1", "index .Values 1", "wrong type for value; expected string; got int"),
        ("index .Values.none 1", "index .Values.none 1", "error calling index: index of untyped nil"),
        ('index "a" "b"', 'index "a" "b"', "error calling index: cannot index item of type string"),
        ("len 1", "len 1", "error calling len: len of type that has none"),
        ("trunc true `a`", "trunc true `a`", "wrong type for value; expected int; got bool"),
        ("lower 1.5", "lower 1.5", "wrong type for value; expected string; got float64"),
        ("lower .Values", "lower .Values", "wrong type for value; expected string; got map[string]interface {}"),
        (
            'printf "a" 1',
            'printf "a" 1',
            "error calling printf: more values than verbs are not supported by this emulator",
        ),
        ("eq 1", "eq 1", "wrong number of args for eq: want at least 2 got 1"),
        ("1 | 2", "2", "can't give argument to non-function"),
        ('printf "%x" 1', 'printf "%x" 1', 'error calling printf: verb "%x" is not supported by this emulator'),
    ],
)
def test_a_value_that_a_function_cannot_use_is_named(action: str, source: str, problem: str) -> None:
    with pytest.raises(RunError) as caught:
        render("t.yaml", f"{{{{{action}}}}}", DATA)
    place = f'template: t.yaml:1: executing "t.yaml" at <{source}>'
    assert caught.value.text == f"failed to execute template: t.yaml. Err: {place}: {problem}"


def test_a_text_that_grows_without_bound_is_stopped() -> None:
    doubled = " | ".join(["`ab`", *(['replace "a" "aaaaaaaaaa"'] * 9)])
    with pytest.raises(RunError, match="the text is too long for this emulator"):
        render("t.yaml", f"{{{{ {doubled} }}}}", DATA)
