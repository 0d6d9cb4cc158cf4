"""Join pages into one file, with one page in memory at a time."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def write_list(file: BinaryIO, rows: Iterable[Any]) -> None:
    """Write a JSON list, a row per line."""
    file.write(b"[")
    _write_rows(file, rows)
    file.write(b"]\n")


def write_object(file: BinaryIO, head: Mapping[str, Any], member: str, rows: Iterable[Any]) -> None:
    """Write a JSON object: some members, then a list under a name, a row per line."""
    opening = _text(dict(head))[:-1] + ("," if head else "")
    file.write(f"{opening}{json.dumps(member)}:[".encode())
    _write_rows(file, rows)
    file.write(b"]}\n")


def write_zip(file: BinaryIO, members: Iterable[tuple[str, Path]]) -> None:
    """Write a zip of files; the same files give the same bytes."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in members:
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as target:
                while piece := source.read(1 << 20):
                    target.write(piece)


def rows_of(pages: Iterable[Path], member: str | None = None) -> Iterator[Any]:
    """Yield the rows of pages that were read before: of their list, or of the list in a member."""
    for page in pages:
        body = json.loads(page.read_bytes())
        yield from body if member is None else body[member]


def _write_rows(file: BinaryIO, rows: Iterable[Any]) -> None:
    file.writelines(
        f"{',' if number else ''}\n{_text(row)}".encode() for number, row in enumerate(rows)
    )
    file.write(b"\n")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
