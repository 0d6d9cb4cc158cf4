"""The index page of a set of factsheets: one HTML file that needs no network."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from factsheets.lines import Link
from factsheets.provenance import run_line
from factsheets.sheet import OWN_STYLE
from factsheets.templating import TEMPLATES, render
from forecast.files import write_atomically
from forecast.theme import Theme
from forecast.vocabulary import PLAN_CLASSES
from forecast.words import Words, load
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.region_parts import RankedTerrain
    from forecast.region_report import RegionReport

INDEX_NAME: Final = "index.html"


@dataclass(frozen=True)
class _Entry:
    """A terrain as the page shows it."""

    terrain_id: str
    name: str
    plan_class: str
    vehicles: str
    energy: str
    peak: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class _Group:
    """A municipality with its terrains."""

    name: str
    entries: tuple[_Entry, ...]


def write_index(
    report: RegionReport,
    files: Mapping[str, Sequence[str]],
    folder: Path,
    *,
    language: str = "nl",
    theme: Theme = OWN_STYLE,
    opening: str | None = None,
) -> Path:
    """Write the page of a set beside its files; return its path.

    Parameters
    ----------
    report
        The region; its terrains stand by municipality and name.
    files
        Per terrain the names of its files in the folder, in the order to show.
    opening
        Name of a sheet about the whole region, in the same folder; it is then linked first.

    Raises
    ------
    OutputError
        If it can't be written.
    """
    page = _page(report, files, load(language), theme, opening)
    return write_atomically(folder / INDEX_NAME, page.encode())


def _page(
    report: RegionReport,
    files: Mapping[str, Sequence[str]],
    words: Words,
    theme: Theme,
    opening: str | None,
) -> str:
    selection = report.selection
    lines = sorted(
        report.terrains,
        key=lambda line: (line.municipality_name, line.terrain_name, line.terrain_id),
    )
    groups = [
        _Group(name, tuple(_entry(line, files.get(line.terrain_id, ()), words) for line in found))
        for name, found in groupby(lines, key=lambda line: line.municipality_name)
    ]
    classes = Counter(line.plan_class for line in lines)
    script = (TEMPLATES / "index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return render(
        "index.html",
        words=words,
        language=words.language,
        theme=theme,
        title=words(f"sheet_set.title.{selection.level}", name=selection.region_name),
        count=_count(lines, groups, words),
        total=len(lines),
        year=report.year,
        groups=groups,
        classes=[(code, words.number(classes[code])) for code in PLAN_CLASSES if classes[code]],
        icons={code: render("icon.svg", code=code) for code in PLAN_CLASSES},
        opening=opening and quote(opening),
        run_line=run_line(report.run, theme, words),
        script=script,
        script_digest=digest,
    )


def _count(lines: Sequence[RankedTerrain], groups: Sequence[_Group], words: Words) -> str:
    if len(lines) == 1:
        return words("sheet_set.count_one")
    count = words("sheet_set.count_many", count=words.number(len(lines)))
    if len(groups) <= 1:
        return count
    return words(
        "sheet_set.in_municipalities", count=count, municipalities=words.number(len(groups))
    )


def _entry(line: RankedTerrain, names: Sequence[str], words: Words) -> _Entry:
    return _Entry(
        line.terrain_id,
        line.terrain_name,
        line.plan_class,
        words.significant(line.electric_vehicles),
        words.significant(line.energy_kwh_per_year / KWH_PER_MWH),
        words.significant(line.design_peak_kw),
        tuple(
            Link(words(f"sheet_set.file.{name.rpartition('.')[2]}"), quote(name)) for name in names
        ),
    )
