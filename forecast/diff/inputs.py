"""What went into one run and not into the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import duckdb

    from forecast.diff.runs import Comparison

Kind = Literal["data", "assumptions", "code", "years", "scenarios", "refinement"]
_DIGITS: Final = 12


@dataclass(frozen=True)
class InputChange:
    """One thing that differs.

    Attributes
    ----------
    kind
        What it is: a file of the data, the assumptions, the version of laadvraag, the years or
        scenarios of the run, or a refinement.
    name
        Which one: the file; of a refinement terrain and field; else empty.
    before, after
        Its hash or value in the two runs; None where it was not there.
    """

    kind: Kind
    name: str
    before: str | None
    after: str | None


def changed_inputs(
    connection: duckdb.DuckDBPyConnection, compared: Comparison
) -> tuple[InputChange, ...]:
    """Return what differs in the inputs of two runs; nothing where they had the same."""
    return (*_run_changes(compared), *_data(compared), *_refinements(connection, compared))


def _run_changes(compared: Comparison) -> Iterator[InputChange]:
    before, after = compared.before, compared.after
    kinds: dict[Kind, tuple[str, str]] = {
        "code": (before.code_version, after.code_version),
        "assumptions": (before.assumptions_hash[:_DIGITS], after.assumptions_hash[:_DIGITS]),
        "years": (_listed(before.years), _listed(after.years)),
        "scenarios": (_listed(before.scenarios), _listed(after.scenarios)),
    }
    for kind, (old, new) in kinds.items():
        if old != new:
            yield InputChange(kind, "", old, new)


def _data(compared: Comparison) -> Iterator[InputChange]:
    before, after = compared.before.data_hashes, compared.after.data_hashes
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield InputChange("data", name, _short(old), _short(new))


def _refinements(
    connection: duckdb.DuckDBPyConnection, compared: Comparison
) -> Iterator[InputChange]:
    """Yield refinements that are in the figures of one of the two runs."""
    before, after = compared.before.run_id, compared.after.run_id
    rows = connection.execute(
        "SELECT r.terrain_id, r.field, r.entered_at, max(a.run_id) FROM applied_refinements a "
        "JOIN refinements r USING (refinement_id) WHERE a.run_id IN (?, ?) "
        "GROUP BY r.refinement_id, r.terrain_id, r.field, r.entered_at "
        "HAVING count(*) = 1 ORDER BY r.entered_at, r.terrain_id, r.field",
        [before, after],
    ).fetchall()
    for terrain_id, field, entered_at, run_id in rows:
        day = f"{entered_at:%Y-%m-%d}"
        old, new = (day, None) if run_id == before else (None, day)
        yield InputChange("refinement", f"{terrain_id} {field}", old, new)


def _listed(values: tuple[object, ...]) -> str:
    return ", ".join(map(str, values))


def _short(digest: str | None) -> str | None:
    return None if digest is None else digest[:_DIGITS]
