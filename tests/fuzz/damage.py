"""What files meet on their way: cut, garbled, recoded, with odd numbers and endless cells.

All of it follows from one number, so that what was found is told and kept by its number.
"""

from __future__ import annotations

import copy
import io
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any, Final

Damage = Callable[[random.Random, bytes], bytes]

ODD: Final = (
    "", " ", "-", "0", "-0", "-1", "1e999", "-1e999", "1e-400", "NaN", "nan", "Infinity", "inf",
    "9" * 30, "9" * 400, "18446744073709551616", "1_000", "٣", "²", "0x10", "1.234.567", "1,5",
    "12-14", "null", "true", "ja", "2026-02-30", "30-02-2026", "0000-00-00", "9999-12-31",
    "24:00", "25:61", "=1+1", "@cmd", "'", '"', '""', ";", "\t", "\u202e", "\ud7ff", "\ufffd",
    "\u0000", "🚚", "GM0000", "GM9999", "190044", "x" * 300,
)  # fmt: skip
"""Values that are no value, or hardly."""

_JUNK: Final = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b'"', b"'", b"\r",
    b"\n", b"\r\n\r\n", b";", b",", b"\t", b"#", b"<", b">", b"&", b"&#0;", b"]]>", b"{", b"}",
    b"[", b"]", b"\\", b"\\ud800", b"\x1a", b"\x85", b"\xa0", b"sep=;\n", b"PK\x03\x04",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"[" * 5000, b"<a>" * 5000, b"9" * 5000, b"x" * 150_000,
)  # fmt: skip
_NUMBER: Final = re.compile(rb"-?\d+(?:[.,]\d+)?")
_VALUE: Final = re.compile(rb'[^\r\n;,\t<>"]+')
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "latin-1")
_NESTED: Final[list[Any]] = [[]]
for _ in range(60):
    _NESTED = [_NESTED]
_STRANGERS: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 1.5, 1e308, 10**30, [], {}, [None], {"": None}, [[1, 2]], _NESTED, *ODD[:40],
)  # fmt: skip
"""What can stand in the place of a value in JSON."""


def damaged(content: bytes, number: int) -> bytes:
    """Return a file with up to three kinds of damage; now and then none."""
    rng = random.Random(number)  # noqa: S311 - no secret
    return _damaged(rng, content)


def _damaged(rng: random.Random, content: bytes) -> bytes:
    for damage in rng.choices(_DAMAGES, k=rng.choice((0, 1, 1, 1, 2, 2, 3))):
        content = damage(rng, content)
    return content


def _place(rng: random.Random, content: bytes) -> int:
    return rng.randint(0, len(content))


def _cut(rng: random.Random, content: bytes) -> bytes:
    return content[: _place(rng, content)]


def _flip(rng: random.Random, content: bytes) -> bytes:
    if not content:
        return content
    at = rng.randint(0, len(content) - 1)
    changed = content[at] ^ (1 << rng.randint(0, 7))
    return content[:at] + bytes([changed]) + content[at + 1 :]


def _put_junk(rng: random.Random, content: bytes) -> bytes:
    at = rng.choice((0, len(content), _place(rng, content)))
    return content[:at] + rng.choice(_JUNK) + content[at:]


def _leave_out(rng: random.Random, content: bytes) -> bytes:
    first, last = sorted((_place(rng, content), _place(rng, content)))
    return content[:first] + content[last:]


def _repeat(rng: random.Random, content: bytes) -> bytes:
    first, last = sorted((_place(rng, content), _place(rng, content)))
    return content[:last] + content[first:]


def _odd_value(pattern: re.Pattern[bytes]) -> Damage:
    def damage(rng: random.Random, content: bytes) -> bytes:
        found = list(pattern.finditer(content))
        if not found:
            return content
        one = rng.choice(found)
        text: str = rng.choice(ODD)
        return content[: one.start()] + text.encode() + content[one.end() :]

    return damage


def _repeat_line(rng: random.Random, content: bytes) -> bytes:
    """Put a line a second time somewhere: a header twice, a row twice."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    line = rng.choice(lines)
    at = rng.randint(0, len(lines))
    return b"".join([*lines[:at], line, *lines[at:]])


def _drop_line(rng: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    at = rng.randint(0, len(lines) - 1)
    return b"".join(lines[:at] + lines[at + 1 :])


def _repeat_column(_: random.Random, content: bytes) -> bytes:
    """Let each line of a table hold its first cell twice: a column named twice."""
    return re.sub(rb"(?m)^([^;,\r\n]*)([;,])", rb"\1\2\1\2", content)


def _recode(rng: random.Random, content: bytes) -> bytes:
    encoding: str = rng.choice(_ENCODINGS)
    return content.decode(errors="replace").encode(encoding, errors="replace")


_DAMAGES: Final[tuple[Damage, ...]] = (
    _cut, _flip, _put_junk, _leave_out, _repeat, _odd_value(_NUMBER), _odd_value(_VALUE),
    _odd_value(_VALUE), _repeat_line, _drop_line, _repeat_column, _recode,
)  # fmt: skip


def damaged_json(body: Any, number: int) -> Any:
    """Return a body in which some values are gone, strangers, or those of another place."""
    rng = random.Random(number)  # noqa: S311 - no secret
    body = copy.deepcopy(body)
    for _ in range(rng.randint(1, 3)):
        body = _change_node(rng, body)
    return body


def _change_node(rng: random.Random, body: Any) -> Any:
    """Go down at random, and change what is found there."""
    nodes = list(_nodes(body))
    if not nodes:
        return rng.choice(_STRANGERS)
    parent, key = rng.choice(nodes)
    kind = rng.choice(("stranger", "stranger", "gone", "other", "twice"))
    if kind == "gone":
        del parent[key]
    elif kind == "twice" and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    elif kind == "other":
        above, other = rng.choice(nodes)
        parent[key] = copy.deepcopy(above[other])
    else:
        parent[key] = copy.deepcopy(rng.choice(_STRANGERS))
    return body


def _nodes(body: Any) -> list[tuple[Any, Any]]:
    """Return every place in a body: what holds it, and under which key."""
    found = []
    keys = body.keys() if isinstance(body, dict) else range(len(body)) if _is_list(body) else ()
    for key in keys:
        found.append((body, key))
        found += _nodes(body[key])
    return found


def _is_list(body: Any) -> bool:
    return isinstance(body, list)


def damaged_archive(content: bytes, number: int) -> bytes:
    """Return a zip, such as a workbook, of which a part is damaged, renamed or lacking."""
    rng = random.Random(number)  # noqa: S311 - no secret
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(rng.randint(1, 2)):
        if not parts:
            break
        name = rng.choice(sorted(parts))
        part = parts.pop(name)
        kind = rng.choice(("content", "content", "content", "gone", "renamed", "path"))
        if kind == "content":
            parts[name] = _damaged(rng, part)
        elif kind == "renamed":
            parts[f"{name}.x"] = part
        elif kind == "path":
            parts[f"../{name}"] = part
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()
