"""Every command and code block of the documentation does what the page says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.desk import Desk, PageError, check_exists
from tests.docs.materials import lay_out
from tests.docs.pages import PAGES, ROOT, blocks_of, inline_commands, shell_commands

GROUPS = ("data", "refine", "survey", "meter")
WITH_BLOCKS = [page for page in PAGES if blocks_of(page)]


@pytest.fixture
def folder(tmp_path: Path, real_database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the database of the shared run, in which a page is followed.

    `laadvraag run` finds that run and does not compute it again: the summary and the map are made.
    """
    shutil.copy(real_database, tmp_path / "laadvraag.duckdb")
    monkeypatch.chdir(tmp_path)
    for name in ("LAADVRAAG_DB", "LAADVRAAG_CACHE", "LAADVRAAG_AUTHOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("forecast.run.run_and_publish", lambda *_, **__: "the shared run")
    return tmp_path


def follow(page: Path, folder: Path, text: str | None = None) -> None:
    """Do what the blocks of a page say, one after the other."""
    desk = Desk(folder)
    for block in blocks_of(page, text):
        desk.follow(block)


@pytest.mark.parametrize("page", WITH_BLOCKS, ids=lambda page: page.name)
def test_the_blocks_of_a_page(page: Path, folder: Path) -> None:
    lay_out(page.name, folder)
    follow(page, folder)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_inside_sentences_exist(page: Path) -> None:
    for command in inline_commands(page):
        check_exists(command)


def test_the_commands_that_the_readme_lists(folder: Path) -> None:
    """Each is run here, or on the page that is about it."""
    lay_out("README.md", folder)
    desk = Desk(folder)
    elsewhere = {
        subcommand(command)
        for page in WITH_BLOCKS
        for block in blocks_of(page)
        if block.language == "sh"
        for command in shell_commands(block.content)
    }
    for command in inline_commands(ROOT / "README.md"):
        if subcommand(command) in elsewhere:
            check_exists(command)
        else:
            desk.run(command)


def subcommand(command: str) -> tuple[str, ...]:
    """Return the words of a command before its arguments, such as ``laadvraag refine add``."""
    words = command.split()
    return tuple(words[: 3 if words[1:2] and words[1] in GROUPS else 2])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("```sh\nlaadvraag terain 190044\n```", "No such command"),
        ("```sh\nlaadvraag terrain 190044 --yaer 2030\n```", "No such option"),
        ("```sh\nlaadvraag terrain 'no terrain of this name'\n```", "ended with 1"),
        ("```sh\ncat no-such-file\n```", "ended with 1"),
        ("```sh\nlaadvraag serve --prot 1\n```", "No such option"),
        ("<!-- not run: why -->\n\n```sh\nlaadvraag run --lang fr\n```", "is not one of"),
        ("```sh\nlaadvraag --version\n```\n\n```text\nlaadvraag, version 9\n```", "something else"),
        ("```json\n{]\n```", "is no json"),
        ("```python\nimport forecast\nassert forecast is None\n```", "AssertionError"),
        ("    laadvraag run", "in which language"),
        ('```diff title="cli.py"\n-no such line\n+another\n```', "0 times"),
    ],
)
def test_a_page_that_is_wrong_is_refused(text: str, why: str, folder: Path) -> None:
    with pytest.raises(PageError, match=why):
        follow(Path("page.md"), folder, text)


@pytest.mark.parametrize(
    "command", ["laadvraag exprot", "laadvraag data fetch --fast", "laadvraag refine ad NAME ..."]
)
def test_a_command_in_a_sentence_that_does_not_exist_is_refused(command: str) -> None:
    with pytest.raises(PageError, match="No such"):
        check_exists(command)


def test_what_a_command_prints_may_leave_lines_out(folder: Path) -> None:
    text = '```sh\nprintf "one\\ntwo 2026\\nthree\\n"\n```\n\n```text\n...\ntwo ...\nthree\n```'
    follow(Path("page.md"), folder, text)
