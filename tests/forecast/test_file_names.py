"""Files get names that every system takes, and appear whole or not at all."""

from __future__ import annotations

import errno
import re
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import OutputError
from forecast.files import file_stem, write_atomically

NAMES = st.text(max_size=300)
KEYS = st.text(min_size=1, max_size=60) | st.sampled_from(
    ["CON", "con", "NUL", "com1", "LPT9", "aux", "190044", "1", "1-2", "a b", "AB", "ab", "..", "."]
)
# As Microsoft publishes them under "Naming Files, Paths, and Namespaces".
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@given(KEYS, NAMES)
def test_a_file_name_is_safe_on_windows(key: str, name: str) -> None:
    stem = file_stem(key, name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem)
    assert not RESERVED.fullmatch(stem)
    # A usual folder and the hidden name of a file being written stay under 260 letters.
    folder = r"C:\Users\voornaam.achternaam\OneDrive - Provincie Noord-Brabant\laadvraag\output"
    assert len(str(PureWindowsPath(folder) / f".{stem}.html.1234567.tmp")) < 260


@given(st.tuples(KEYS, NAMES), st.tuples(KEYS, NAMES))
def test_two_terrains_never_share_a_file(one: tuple[str, str], other: tuple[str, str]) -> None:
    if one[0] != other[0]:
        # Windows and macOS don't tell capitals apart.
        assert file_stem(*one).casefold() != file_stem(*other).casefold()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        pytest.param("<script>alert(1)</script>", "script-alert-1-script", id="script"),
        pytest.param('=cmd|"/c calc"!A1', "cmd-c-calc-a1", id="formula"),
        pytest.param("..\\..\\etc/passwd", "etc-passwd", id="path"),
        pytest.param("Spaanse Polder. ", "spaanse-polder", id="trailing dot and space"),
        pytest.param("Ĳmond \u2013 Noord-Ooster-é", "ijmond-noord-ooster-e", id="accents"),
        pytest.param("\u202eתל אביב", "", id="right to left"),
    ],
)
def test_a_name_becomes_letters_digits_and_hyphens(name: str, slug: str) -> None:
    assert file_stem("190044", name) == f"190044-{slug}".strip("-")


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of a process are of Unix")
    path = tmp_path / "sheet.pdf"
    write_atomically(path, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OutputError, match=r"can't write .*sheet\.pdf: File too large; choose"):
            write_atomically(path, b"x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_a_file_open_elsewhere_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As Windows answers when a reader holds the file.
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Access is denied", str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="Access is denied; close it if it is open elsewhere"):
        write_atomically(tmp_path / "sheet.pdf", b"new")
    assert not list(tmp_path.iterdir())


def test_an_interruption_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "sheet.pdf", b"new")
    assert not list(tmp_path.iterdir())
