"""The making of a set of factsheets as its user sees it: bar, messages, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from commands.progress import CountBar
from factsheets.bulk import usable_cores
from factsheets.index import write_index
from factsheets.overview import write_overview
from forecast.region_report import region_report

if TYPE_CHECKING:
    from factsheets.bulk import SheetSet
    from forecast.selection import Selection

_SHOWN: Final = 5


def make_set(
    sheet_set: SheetSet,
    selection: Selection,
    formats: Sequence[str],
    jobs: int | None,
    *,
    is_pruned: bool,
) -> Path:
    """Make what is waiting, the overview and the index page; return the path of that page."""
    _make(sheet_set, jobs or usable_cores())
    _tell_leftovers(sheet_set, is_pruned=is_pruned)
    order, files = sheet_set.order, sheet_set.current_files()
    report = region_report(sheet_set.connection, selection)
    opening = write_overview(
        report,
        order.folder,
        language=order.language,
        formats=formats,
        theme=order.theme,
        files=files,
    )
    return write_index(
        report,
        files,
        order.folder,
        language=order.language,
        theme=order.theme,
        opening=opening[0].name if opening else None,
    )


def _make(sheet_set: SheetSet, jobs: int) -> None:
    done, waiting = 0, len(sheet_set.waiting)
    if sheet_set.kept:
        click.echo(f"{sheet_set.kept:,} terrains are current and kept", err=True)
    with CountBar("Factsheets", waiting) as bar:

        def count(terrains: int) -> None:
            nonlocal done
            done += terrains
            bar.advance(terrains)

        try:
            sheet_set.make(jobs, count)
        except KeyboardInterrupt:
            raise click.ClickException(
                f"stopped after {done:,} of {waiting:,} terrains; what is done is kept: give the "
                "same command again to go on"
            ) from None
    if waiting:
        click.echo(f"{waiting:,} terrains made", err=True)


def _tell_leftovers(sheet_set: SheetSet, *, is_pruned: bool) -> None:
    """Say, or on request remove, what earlier sets left in the folder."""
    left = sheet_set.leftovers()
    if not left:
        return
    named = ", ".join(left[:_SHOWN]) + (", …" if len(left) > _SHOWN else "")
    if is_pruned:
        sheet_set.record.remove(left)
        click.echo(f"{len(left):,} files of an earlier set removed: {named}", err=True)
        return
    click.echo(
        f"{len(left):,} files here are of an earlier set, run or setting, and the index leaves "
        f"them out: {named}; remove them with --prune",
        err=True,
    )
