"""The chain of a figure on the terminal as a tree, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from commands.tables import plain_table
from forecast.words import Words, load

if TYPE_CHECKING:
    from forecast.explain.context import Field
    from forecast.explain.node import AssumptionRow, Node, SourceRow, Value
    from forecast.run_info import RunInfo

_HASH_DIGITS: Final = 12
_NO_END: Final = 10_000
"""Width of a line that is read by a program [characters]."""


def print_fields(fields: Mapping[str, Field], name: str, language: str, *, as_json: bool) -> None:
    """Print every figure that can be opened, with its unit and meaning."""
    words = load(language)
    if as_json:
        rows = [
            {"field": each.name, "unit": each.unit, "meaning": meaning(each.column, words)}
            for each in fields.values()
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    headings = [words(f"explain.list_{heading}") for heading in ("name", "unit", "meaning")]
    table = plain_table(words("explain.list_title", name=name), headings, [])
    for each in fields.values():
        table.add_row(escape(each.name), escape(each.unit), meaning(each.column, words))
    _console().print(table, highlight=False)


def print_json(node: Node, run: RunInfo) -> None:
    """Print the chain and the run that it comes from."""
    body = {"run": asdict(run), "chain": node.as_dict()}
    click.echo(json.dumps(body, indent=2, ensure_ascii=False, default=str))


def print_tree(
    node: Node, run: RunInfo, name: str, language: str, depth: int | None = None
) -> None:
    """Print the chain as a tree, the run, and the sources by title and address.

    Parameters
    ----------
    node
        The figure.
    run
        The run that it comes from.
    name
        Of the terrain.
    language
        ``nl`` or ``en``.
    depth
        How many times inputs are opened; without it, down to the sources.
    """
    words = load(language)
    page = _Page(words)
    console = _console()
    console.print(f"[bold]{escape(name)}[/bold]", highlight=False)
    console.print(page.tree(node, depth), highlight=False)
    agrees = all(part.agrees for part in node.walk())
    agreement = "again_same" if agrees else "again_differs"
    if not node.is_leaf:
        again = page.value(node.recomputed, node.unit)
        console.print(escape(words(f"explain.{agreement}", value=again)), highlight=False)
    console.print(escape(_run_line(run, words)), highlight=False)
    console.print(f"[bold]{words('explain.sources')}[/bold]")
    for title, url in page.sources.items():
        console.print(escape(f"  {title}  {url}".rstrip()), highlight=False)


def _console() -> Console:
    """Return a console that wraps on a terminal, and nowhere else."""
    console = Console()
    return console if console.is_terminal else Console(width=_NO_END)


def _run_line(run: RunInfo, words: Words) -> str:
    return words(
        "explain.run",
        run=run.run_id,
        version=run.code_version,
        hash=run.assumptions_hash[:_HASH_DIGITS],
        edition=run.edition_id,
    )


def meaning(column: str, words: Words) -> str:
    """Return what a column is, in words; the name itself where the catalogue has none."""
    return words.texts.get(f"explain.meaning.{column}", column)


class _Page:
    """Makes the tree; what stood above is not opened again."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._opened: set[int] = set()
        self._shown: set[str] = set()
        self.sources: dict[str, str] = {}

    def tree(self, node: Node, depth: int | None) -> Tree:
        """Return a figure with everything below it, or as deep as asked."""
        words = self._words
        head = (
            f"[bold]{escape(node.field)}[/bold] = {escape(self.value(node.value, node.unit))}"
            f"  [dim]{escape(self._key(node))}{words(f'explain.status.{node.status}')}[/dim]"
        )
        if id(node) in self._opened:
            return Tree(f"{head} [dim]{words('explain.repeated')}[/dim]")
        self._opened.add(id(node))
        tree = Tree(head)
        for line in self._lines(node):
            tree.add(f"[dim]{escape(line)}[/dim]")
        if depth == 0 and node.inputs:
            below = len(list(node.walk())) - 1
            tree.add(f"[dim]{words('explain.folded', count=below, field=node.field)}[/dim]")
            return tree
        for part in node.inputs:
            tree.add(self.tree(part, None if depth is None else depth - 1))
        return tree

    def _key(self, node: Node) -> str:
        """Return year and scenario."""
        words = self._words
        parts = []
        if "year" in node.key:
            parts.append(str(node.key["year"]))
        if "scenario" in node.key:
            parts.append(words(f"common.scenario.{node.key['scenario']}"))
        return " · ".join([*parts, ""])

    def _lines(self, node: Node) -> list[str]:
        words = self._words
        lines = [meaning(node.field.split(".", maxsplit=1)[0], words)]
        if node.how:
            lines.append(words(f"explain.how.{node.how}"))
        if node.formula:
            lines.append(f"{words('explain.formula')}: {node.symbols}")
            lines.append(f"{words('explain.filled')}: {node.filled(self.value)}")
        if node.details:
            row = ", ".join(f"{name} {self.value(value)}" for name, value in node.details.items())
            lines.append(f"{words('explain.row')}: {row}")
        if node.source:
            source = self._source(node.source)
            lines = [f"{lines[0]} \u00b7 {source}"] if lines == lines[:1] else [*lines, source]
        fresh = [row for row in node.assumptions if row.key not in self._shown]
        lines += [self._assumption(row) for row in fresh]
        if above := len(node.assumptions) - len(fresh):
            lines.append(words("explain.assumptions_above", count=above))
        return lines

    def _source(self, row: SourceRow) -> str:
        """Return the table that a figure is from; who published it stands below the tree."""
        words = self._words
        titles = "; ".join(row.titles) or words("explain.own_file")
        reference = words("explain.reference", reference=row.reference) if row.reference else ""
        self.sources[f"{row.file}: {titles}, {reference}".rstrip(", ")] = " ".join(row.urls)
        first = row.titles[0] if row.titles else titles
        return words("explain.from_table", title=first, file=row.file, edition=row.edition_id)

    def _assumption(self, row: AssumptionRow) -> str:
        """Return an assumption with bounds, status and source."""
        words = self._words
        self._shown.add(row.key)
        self.sources[row.source_title] = row.source_url
        low, high = (self.value(bound, row.unit, "") for bound in (row.low, row.high))
        bounds = words("explain.bounds", low=low, high=high)
        status = words(f"explain.status.{row.status}")
        return (
            f"{row.key} = {self.value(row.value, row.unit)} ({bounds}) · {status} · "
            f"{row.source_title}"
        )

    def value(self, value: Value, unit: str = "", suffix: str | None = None) -> str:
        """Return a figure with its unit, or another suffix, as the language writes it."""
        words = self._words
        if value is None:
            return words("explain.input_missing")
        if isinstance(value, bool):
            return words("explain.truth" if value else "explain.falsehood")
        if isinstance(value, date):
            return words.date(value)
        if isinstance(value, str):
            return value
        text = words.exact(value, is_grouped=unit not in ("", "year"))
        after = unit if suffix is None else suffix
        return f"{text} {after}" if after not in ("", "1") else text
