"""Zip and gzip: unpack into a folder of our own, whatever the archive says of itself."""

from __future__ import annotations

import gzip
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Final

from forecast.errors import DataSourceError
from forecast.sources.untrusted.limits import (
    MOST_BYTES,
    MOST_LIST_BYTES,
    MOST_MEMBERS,
    MOST_RATIO,
    MOST_TABLE_BYTES,
    MOST_UNPACKED_BYTES,
    megabytes,
)

_CHUNK: Final = 1024 * 1024
_ENCRYPTED: Final = 0x1
_SMALL: Final = 10 * _CHUNK
"""Below this an archive can't hurt, however well it is packed."""
_RUBBISH: Final = ("__MACOSX", ".DS_Store", "Thumbs.db")
_MAGIC: Final = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"SQLite format 3\x00": "gpkg",
    b"\x00\x00\x27\x0a": "shp",
    b"%PDF": "pdf",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
    b"\xd0\xcf\x11\xe0": "xls",
    b"PAR1": "parquet",
}
_BESIDE_SHAPES: Final = frozenset(
    {".dbf", ".shx", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".qmd", ".qpj"}
)
"""Files of a Shapefile beside its shapes; an index starts as the shapes do."""
_STRANGE: Final = {
    "pdf": "a PDF",
    "rar": "a RAR archive; unpack it first",
    "7z": "a 7z archive; unpack it first",
    "xls": "an Excel workbook; save the sheet as CSV",
    "parquet": "a Parquet file; save it as CSV",
}


@dataclass(frozen=True)
class Opened:
    """A file as it can be read: itself, or what was packed in it.

    Attributes
    ----------
    given
        The path that was asked for: sentences name it.
    files
        Plain files by name; one, unless an archive held several.
    """

    given: Path
    files: tuple[Path, ...]

    def only(self, *kinds: str) -> Path:
        """Return the one file of these kinds.

        Raises
        ------
        DataSourceError
            If there is none, or more than one.
        """
        found = [path for path in self.files if kind_of(path) in kinds]
        wanted = " or ".join(kinds)
        if not found:
            names = ", ".join(path.name for path in self.files[:5])
            raise DataSourceError(self.given, f"a file of kind {wanted} is expected, not {names}")
        if len(found) > 1:
            names = ", ".join(path.name for path in found[:5])
            raise DataSourceError(
                self.given, f"it holds {len(found)} files of kind {wanted} ({names}); give one"
            )
        return found[0]


@contextmanager
def opened(path: Path, *, is_list: bool = False) -> Iterator[Opened]:
    """Yield the plain files of a path; unpacked ones are gone afterwards.

    Parameters
    ----------
    path
        The file.
    is_list
        Whether JSON will be read entry by entry, so that it may be larger.

    Raises
    ------
    DataSourceError
        If the file is missing, empty, too large, an archive with anything odd in it (paths, links,
        passwords, archives in archives, too much when unpacked), or of a kind that nobody reads.
    """
    most_bytes = {"csv": MOST_TABLE_BYTES} | ({"json": MOST_LIST_BYTES} if is_list else {})
    kind = _require_readable(path, most_bytes)
    if kind in _STRANGE:
        raise DataSourceError(path, f"the file is {_STRANGE[kind]}")
    if kind not in {"zip", "gzip"}:
        yield Opened(path, (path,))
        return
    with tempfile.TemporaryDirectory(prefix="laadvraag-") as folder:
        try:
            unpack = _unpack_zip if kind == "zip" else _unpack_gzip
            files = unpack(path, Path(folder))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            reason = f"the archive is broken or cut off ({error}); fetch it again"
            raise DataSourceError(path, reason) from None
        yield Opened(path, files)


def kind_of(path: Path) -> str:
    """Return what a file is by its first bytes: gpkg, shp, json, xml, csv, html, zip ....

    Text that is nothing else counts as csv.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if path.suffix.lower() in _BESIDE_SHAPES:
        return path.suffix.lower()[1:]
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    start = _plain_start(head)
    if start.startswith(("{", "[")):
        return "json"
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    if start.startswith("<"):
        return "xml"
    return "csv"


def _plain_start(head: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return head.decode(encoding, errors="replace").lstrip("\ufeff \r\n\t").lower()
    return head.decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t").lower()


def _require_readable(path: Path, most_bytes: Mapping[str, int]) -> str:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise DataSourceError(path, "it is a folder; give the file in it")
        if not stat.S_ISREG(found.st_mode):
            raise DataSourceError(path, "it is not a plain file")
        if not found.st_size:
            raise DataSourceError(path, "the file is empty")
        kind = kind_of(path)
    except OSError as error:
        reason = f"the file can't be opened ({error.strerror or error})"
        raise DataSourceError(path, reason) from None
    most = most_bytes.get(kind, MOST_BYTES)
    if found.st_size > most:
        raise DataSourceError(
            path,
            f"the file has {megabytes(found.st_size)}; at most {megabytes(most)} of this kind is "
            "read: ask the source for less (a part, or sums)",
        )
    if kind == "html":
        raise DataSourceError(
            path, "the file is a web page, not data: the service may have answered with an error"
        )
    return kind


def _unpack_gzip(path: Path, folder: Path) -> tuple[Path, ...]:
    target = folder / _safe_name(path.name.removesuffix(".gz") or "unpacked")
    with gzip.open(path) as packed:
        _copy(path, packed, target, path.stat().st_size)
    _refuse_nested(path, target)
    return (target,)


def _unpack_zip(path: Path, folder: Path) -> tuple[Path, ...]:
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        names = {member.filename for member in members}
        if "[Content_Types].xml" in names:
            raise DataSourceError(path, "the file is an Excel workbook; save the sheet as CSV")
        if len(members) > MOST_MEMBERS:
            reason = f"the archive holds {len(members)} files; at most {MOST_MEMBERS} are unpacked"
            raise DataSourceError(path, reason)
        for member in members:
            _refuse_odd(path, member)
        stated = sum(member.file_size for member in members)
        if stated > MOST_UNPACKED_BYTES:
            raise DataSourceError(path, _too_much(stated))
        files, left = [], MOST_UNPACKED_BYTES
        for member in members:
            if any(part in _RUBBISH for part in PurePosixPath(member.filename).parts):
                continue
            target = folder / _safe_name(PurePosixPath(member.filename).name)
            if target.exists():
                reason = f"the archive holds two files named '{target.name}'; give one of them"
                raise DataSourceError(path, reason)
            with archive.open(member) as packed:
                left -= _copy(path, packed, target, member.compress_size, left)
            _refuse_nested(path, target)
            if target.stat().st_size:
                files.append(target)
    if not files:
        raise DataSourceError(path, "the archive is empty")
    return tuple(files)


def _refuse_odd(path: Path, member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = (*PurePosixPath(name).parts, *PureWindowsPath(name).parts)
    is_outside = ".." in parts or PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive
    if is_outside or "\\" in name:
        raise DataSourceError(path, f"the archive holds the path '{name}', which leads out of it")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise DataSourceError(path, f"the archive holds a link ('{name}')")
    if member.flag_bits & _ENCRYPTED:
        raise DataSourceError(path, "the archive has a password; unpack it first")


def _copy(
    path: Path,
    packed: IO[bytes] | gzip.GzipFile,
    target: Path,
    packed_size: int,
    most: int = MOST_UNPACKED_BYTES,
) -> int:
    """Unpack to a file and return its size; what the archive states of sizes is not believed."""
    size = 0
    with target.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > most or (size > _SMALL and size > MOST_RATIO * max(packed_size, 1)):
                raise DataSourceError(path, _too_much(size))
            file.write(chunk)
    return size


def _too_much(size: int) -> str:
    return (
        f"the archive unpacks to {megabytes(size)} or more, far beyond what such data takes; it is "
        "not unpacked"
    )


def _refuse_nested(path: Path, target: Path) -> None:
    if target.stat().st_size and kind_of(target) in {"zip", "gzip", "rar", "7z"}:
        raise DataSourceError(path, f"the archive holds an archive ('{target.name}'); unpack it")


def _safe_name(name: str) -> str:
    """Return a name that stays in its folder."""
    return "".join(sign if sign.isalnum() or sign in "._- " else "_" for sign in name) or "unnamed"
