"""A reader who follows a page: runs its commands in a folder of their own, and sees what is said.

Commands of laadvraag run in this process, which saves loading it each time; all others, and those
of a page that changes laadvraag itself, run in a shell.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import duckdb
from click.testing import CliRunner

from cli import main
from tests.docs.materials import AFTERWARDS, ENDS_WITH, REPLACED
from tests.docs.pages import ROOT, Block, is_ours, shell_commands

SHELL_SIGNS = re.compile(r"[|&;<>$`]")
NOT_RUN = {
    r"^git clone ": "asks the network",
    r"^laadvraag data fetch (?!.*--offline)": "asks the network",
    r"^laadvraag run .": "takes a minute; without options it finds the shared run",
    r"^laadvraag serve": "serves until it is stopped; tests/web follows it",
    r"-m venv|pip install|^source \.venv|^uv ": "installs; .ci/run does so to the letter",
    r"^mkdocs |^\.ci/run": "needs what is not installed for the tests; .ci/run makes it",
    r"-m pytest$|^ruff |^mypy|^lint-imports": "is a check itself; .ci/run makes it",
    r"^python (docs|benchmarks)/": "takes minutes, and is run when its subject changes",
}
"""Commands that are not run here and why; that they exist is checked."""
_TREE = ("cli.py", "commands", "forecast", "models", "maps", "factsheets", "web", "data")


class PageError(AssertionError):
    """What a page says is not so."""


def check_exists(command: str) -> None:
    """See that a command of laadvraag, its options and their choices exist.

    Words that stand for others (``ID``, ``...``) are taken as they are; files need not be there.

    Raises
    ------
    PageError
        If not.
    """
    words = shlex.split(command, comments=True)
    words = words[words.index("laadvraag") + 1 :]
    found: click.Command = main
    context = click.Context(main, info_name="laadvraag")
    try:
        while isinstance(found, click.Group) and words and not words[0].startswith("-"):
            name, below, words = found.resolve_command(context, words)
            if below is None:
                raise PageError(f"{command}: there is no {name}")
            found, context = below, click.Context(below, context, info_name=name)
        given, _, _ = found.make_parser(context).parse_args(list(words))
        for option in found.params:
            value = given.get(option.name)
            if isinstance(option.type, click.Choice) and isinstance(value, str) and value != "...":
                option.type.convert(value, option, context)
    except click.UsageError as error:
        raise PageError(f"{command}: {error.format_message()}") from None


class Desk:
    """The folder in which a page is followed.

    Parameters
    ----------
    folder
        Where its commands run; the working folder of this process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed = ""
        self.has_own_tree = False

    def follow(self, block: Block) -> None:
        """Do what a block says.

        Raises
        ------
        PageError
            If a command fails or does not exist, prints something else, or a file is not sound.
        """
        try:
            if block.not_run:
                self._look(block)
            elif block.language == "sh":
                self.printed = "".join(map(self.run, shell_commands(block.content)))
            elif block.language == "text":
                self._compare(block)
            elif block.language == "diff":
                self._change(block)
            elif block.title:
                self._write(block)
            elif block.language == "python":
                self._shell([sys.executable, "-c", block.content], block.content)
            else:
                self._look(block)
        except PageError as error:
            raise PageError(f"{block.place}: {error}") from None

    def run(self, command: str) -> str:
        """Run one command and return what it printed."""
        command = command.removeprefix(".venv/bin/")  # the environment of the reader is this one
        if any(re.search(pattern, command) for pattern in NOT_RUN) and not self.has_own_tree:
            if is_ours(command) and "&&" not in command:
                check_exists(command)
            return ""
        if not command.startswith("laadvraag ") or SHELL_SIGNS.search(command) or self.has_own_tree:
            return self._shell(["bash", "-euo", "pipefail", "-c", command], command)
        words = [self._known(word) for word in shlex.split(command, comments=True)[1:]]
        result = CliRunner().invoke(main, words, prog_name="laadvraag")
        if result.exit_code != ENDS_WITH.get(command, 0):
            raise PageError(f"{command} ended with {result.exit_code}: {result.output}")
        if command in AFTERWARDS:
            AFTERWARDS[command](self.folder)
        return result.output

    def _known(self, word: str) -> str:
        if word not in REPLACED:
            return word
        with duckdb.connect(self.folder / "laadvraag.duckdb", read_only=True) as opened:
            rows = opened.execute(REPLACED[word]).fetchall()
        return str(rows[0][0])

    def _shell(self, words: list[str], told: str) -> str:
        """Run words in the folder, with a laadvraag that is this one or the changed one."""
        programs = self.folder / ".programs"
        programs.mkdir(exist_ok=True)
        ours = programs / "laadvraag"
        ours.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m cli "$@"\n')
        ours.chmod(0o755)
        tree = self.folder if self.has_own_tree else ROOT
        environment = os.environ | {
            "PYTHONPATH": str(tree),
            "PATH": f"{programs}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}"
            + os.environ["PATH"],
        }
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PageError(f"{told} ended with {done.returncode}: {done.stdout}")
        return done.stdout

    def _compare(self, block: Block) -> None:
        pattern = "".join(
            r"(?:.*\n)*?"
            if line == "..."
            else re.escape(line.rstrip()).replace(r"\.\.\.", ".*?") + r"\n"
            for line in block.content.splitlines()
        )
        lines = self.printed.strip("\n").splitlines()
        printed = "".join(f"{line.rstrip()}\n" for line in lines)
        if not re.fullmatch(pattern, printed):
            raise PageError(f"the command before it prints something else:\n{printed}")

    def _file(self, block: Block) -> Path:
        """Return the file of a block; the first of laadvraag itself brings a copy of the tree."""
        if not self.has_own_tree and Path(block.title).parts[0] in _TREE:
            for name in _TREE:
                source, place = ROOT / name, self.folder / name
                shutil.copytree(source, place) if source.is_dir() else shutil.copy2(source, place)
            self.has_own_tree = True
        return self.folder / block.title

    def _write(self, block: Block) -> None:
        path = self._file(block)
        if path.exists():
            raise PageError(f"{block.title} is there already; show what changes as a diff")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.content, encoding="utf-8")
        self._look(block)

    def _change(self, block: Block) -> None:
        path = self._file(block)
        lines = block.content.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        text = path.read_text(encoding="utf-8")
        if text.count(before) != 1:
            raise PageError(
                f"{block.title} holds these lines {text.count(before)} times:\n{before}"
            )
        path.write_text(text.replace(before, after), encoding="utf-8")

    def _look(self, block: Block) -> None:
        """See that a block is sound in its language, without doing anything."""
        try:
            if block.language == "json" and not block.not_run:
                json.loads(block.content)
            elif block.language == "toml":
                tomllib.loads(block.content)
            elif block.language == "python":
                compile(block.content, block.place, "exec")
            elif block.language == "sh":
                for command in filter(is_ours, shell_commands(block.content)):
                    check_exists(command)
            elif not block.language:
                raise PageError("a block says in which language it is")
        except (ValueError, SyntaxError) as error:
            raise PageError(f"is no {block.language}: {error}") from None
