"""The code blocks and commands of a page of the documentation.

A block says in which language it is. ``sh`` is run; ``text`` after it is what that prints, in which
``...`` stands for what differs from time to time. A block with ``title="path"`` is that file, and a
``diff`` a change of it. What can't be run stands under ``<!-- not run: why -->``; its commands must
exist all the same.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parent.parent.parent
MADE_BY_PROGRAM = ("assumptions.md", "nomenclature.md")
PAGES = tuple(
    path
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    if path.name not in (*MADE_BY_PROGRAM, "CHANGELOG.md", "DATA-LICENSES.md")
)
_TITLE = re.compile(r'title="([^"]+)"')
_NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
_OUR_COMMAND = re.compile(r"(?:^|[ /])laadvraag(?: |$)")


@dataclass(frozen=True)
class Block:
    """A block of code: where it stands, its language, its file, and why it isn't run."""

    page: Path
    line: int
    language: str
    content: str
    title: str = ""
    not_run: str = ""

    @property
    def place(self) -> str:
        """Where a reader finds it."""
        return f"{self.page.name}:{self.line}"


def blocks_of(page: Path, text: str | None = None) -> list[Block]:
    """Return the blocks of a page in their order; of a text, as if it stood there."""
    found, remark = [], ""
    for token in _tokens(page, text):
        if token.type in ("fence", "code_block"):
            language, _, rest = token.info.partition(" ")
            title = _TITLE.search(rest)
            line = (token.map or [0])[0] + 1
            found.append(
                Block(page, line, language, token.content, title[1] if title else "", remark)
            )
        told = _NOT_RUN.search(token.content) if token.type == "html_block" else None
        remark = told[1] if told else ""
    return found


def inline_commands(page: Path, text: str | None = None) -> list[str]:
    """Return the commands of laadvraag that stand inside sentences and tables."""
    return [
        child.content
        for token in _tokens(page, text)
        for child in token.children or ()
        if child.type == "code_inline" and child.content.startswith("laadvraag ")
    ]


def shell_commands(content: str) -> Iterator[str]:
    """Yield the commands of a shell block, each on one line."""
    for line in content.replace("\\\n", " ").splitlines():
        if shlex.split(line, comments=True):
            yield line.strip()


def is_ours(command: str) -> bool:
    """Return whether a command runs laadvraag."""
    return _OUR_COMMAND.search(command) is not None


def _tokens(page: Path, text: str | None) -> list[Token]:
    markdown = page.read_text(encoding="utf-8") if text is None else text
    return MarkdownIt("commonmark").enable("table").parse(markdown)
