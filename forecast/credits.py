"""Whom pages name for the figures of a run: the sources that it used, with their licences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.export.notices import NOT_IN_RESULTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from forecast.run_info import ImportedFile, RunInfo
    from forecast.words import Words

TOPICS: Final = (
    "bedrijventerreinen",
    "municipalities",
    "fleet_history",
    "vehicles_registered",
    "vans_main_user",
    "ze_zones",
    "supply_areas",
    "truck_sites",
    "places",
    "postcodes",
)
"""Folders of the embedded data in the order in which they are named."""
_IN_WORDS: Final = ("supply-areas",)
"""Sources whose terms are a sentence and no licence with a name."""


def credits_text(run: RunInfo, words: Words, *, named_before: Collection[str] = ()) -> str:
    """Return the sources of a run in one line, each once: embedded ones, then imported files.

    Parameters
    ----------
    named_before
        Topics that the page names elsewhere.
    """
    topics = [name for name in TOPICS if name in run.embedded_topics - set(named_before)]
    embedded = [words(f"credits.topic.{name}") for name in topics]
    imported = [
        _of_file(file, words) for file in run.imported if file.source_name not in NOT_IN_RESULTS
    ]
    return "; ".join(dict.fromkeys((*embedded, *imported)))


def _of_file(file: ImportedFile, words: Words) -> str:
    day = file.reference_date
    in_words = file.source_name in _IN_WORDS
    return words(
        "credits.imported",
        source=words(f"common.source.{file.source_name}"),
        date=words.date(day) if day else words("common.unknown"),
        licence=words(f"credits.{file.source_name}") if in_words else file.licence,
    )
