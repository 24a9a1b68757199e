"""Files of any content: random ones, and good ones that were spoiled."""

from __future__ import annotations

import functools
import json

import yaml
from hypothesis import strategies as st

from acr_identity.emulator.kernel.wire import Json, JsonObject
from fuzz.limits import LARGEST
from fuzz.readers import Reader
from fuzz.states import Place, places_in

_MARKS = " \n\r\t:-[]{}(),&*!|>'\"%@`#?$\\/.=~0\0\x07\ufeff\x85\u2028"
_WORDS = (
    *(b"---\n", b"...", b": ", b"- ", b"\n  ", b"<<: *a", b"&a ", b"*a", b"a: b\n", b"[[],"),
    *(b"!!python/x ", b"!!int ", b"%YAML 9.9\n", b"null", b"2001-99-99", b"\\ud800", b"\\U99999999", b"\xff\xfe"),
    *(b"1e999", b"NaN", b"9" * 5000, b"a" * 5000, b"[" * 200, b"{" * 200, b'{"a":' * 200),
    *(b"{{", b"}}", b"{{.Values.a", b"||", b"&&", b"$(", b"${", b"$Registry", b"../../etc/passwd", b"/dev/zero"),
    *(b"FROM ", b"ARG a=$a$a\n", b"COPY --from=", b"-----BEGIN CERTIFICATE-----\n", b"\x1f\x8b\x08\0"),
)
_PIECES = st.sampled_from([*(mark.encode() for mark in _MARKS), *_WORDS])
_JUNK: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["", "/", "..", "a" * 400, "\0", "[system]", "{{", "0 * * * *", 10**30, -(10**4000), 1e308, 253402300800]
    ),
    st.sampled_from([[], {}, [[]], [{}], [None], {"": None}, {"a": {"b": ["c"]}}]),
)


def any_file(reader: Reader) -> st.SearchStrategy[bytes]:
    """Contents of up to 64 KB for a reader."""
    good = st.sampled_from(reader.good)
    return st.one_of(
        st.binary(max_size=200),
        st.tuples(st.sampled_from([b"", b"\xef\xbb\xbf"]), st.text(max_size=20), st.binary(max_size=2)).map(_joined),
        st.lists(_PIECES, max_size=40).map(b"".join),
        _repeated(st.lists(_PIECES, min_size=1, max_size=3).map(b"".join)),
        _cut(good),
        _cut(good),
        _changed(good),
        _changed(good),
    ).map(lambda content: content[:LARGEST])


def _joined(parts: tuple[bytes, str, bytes]) -> bytes:
    return parts[0] + parts[1].encode() + parts[2]


@st.composite
def _repeated(draw: st.DrawFn, part: st.SearchStrategy[bytes]) -> bytes:
    """Something very often, between something else."""
    middle = draw(part)
    return draw(part) + middle * draw(st.sampled_from([30, 1000, LARGEST // len(middle)])) + draw(part)


@st.composite
def _cut(draw: st.DrawFn, good: st.SearchStrategy[bytes]) -> bytes:
    """A good file in which some parts are left out, repeated or replaced."""
    content = draw(good)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 30)))
        part = draw(
            st.one_of(_PIECES, st.just(b""), st.just(content[start:end] * draw(st.sampled_from([2, 30, 2000]))))
        )
        content = content[:start] + part + content[end:]
    return content


@st.composite
def _changed(draw: st.DrawFn, good: st.SearchStrategy[bytes]) -> bytes:
    """A good file of data in which some values are others, or under other names."""
    data = _data(draw(good))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from([*places_in(data)]))
        data = _with(data, place, draw(st.sampled_from(["value", "name", "gone", "twice"])), draw(_JUNK))
    return json.dumps(data, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")


@functools.cache
def _data(content: bytes) -> Json:
    try:
        data: Json = yaml.safe_load(content)
    except (ValueError, yaml.YAMLError):
        return content.decode(errors="replace")
    return data


def _with(data: Json, place: Place, change: str, junk: Json) -> Json:
    if not place:
        return junk
    first, rest = place[0], place[1:]
    if isinstance(data, list):
        return [_with(value, rest, change, junk) if index == first else value for index, value in enumerate(data)]
    if not isinstance(data, dict):
        return data
    name = str(first)
    return {**data, name: _with(data[name], rest, change, junk)} if rest else _named(data, name, change, junk)


def _named(data: JsonObject, first: str, change: str, junk: Json) -> Json:
    others = {name: value for name, value in data.items() if name != first}
    match change:
        case "gone":
            return others
        case "name":
            return {**others, str(junk)[:50]: data[first]}
        case "twice":
            return {**data, f"{first}x": data[first]}
        case _:
            return {**data, first: junk}
