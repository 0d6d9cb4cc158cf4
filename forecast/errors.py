"""The errors of laadvraag: fields for programs, one sentence for people.

Every problem that a user can cause or mend is a `LaadvraagError`; the command line turns it into
one sentence and exit code 1. Anything else that is raised is a fault of the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_SHOWN_PROBLEMS = 100


class LaadvraagError(Exception):
    """Base of all stated problems; its text says what was found, expected and possible."""

    def __reduce__(self) -> tuple[object, ...]:
        """Cross from one process to another with sentence and fields; __init__ is not called."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[LaadvraagError], args: tuple[object, ...], fields: dict[str, object]
) -> LaadvraagError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(fields)
    return error


class DataSourceError(LaadvraagError):
    """A file of source data is missing, unreadable or not what it should be."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class FetchError(LaadvraagError):
    """A source can't be fetched; what was in the cache before is still there."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name} was not fetched: {reason}")


class SchemaError(LaadvraagError):
    """A table does not have the columns that `forecast.schema` states."""

    def __init__(self, table: str, problems: Sequence[str]) -> None:
        self.table = table
        self.problems = tuple(problems)
        super().__init__(f"table {table}: " + "; ".join(problems))


class AssumptionError(LaadvraagError):
    """An assumption is missing, incomplete or contradicts itself."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("assumptions: " + "; ".join(problems))


class StepError(LaadvraagError):
    """A step of the forecast can't be computed from what it was given."""

    def __init__(self, step: str, reason: str) -> None:
        self.step = step
        self.reason = reason
        super().__init__(
            f"the step '{step}' can't be computed from these sources and assumptions ({reason}); "
            "nothing was published. See which number or file is not the embedded one"
        )


class InvariantError(LaadvraagError):
    """A check inside the run failed: the figures are not published."""

    def __init__(self, invariant: str, rows: str) -> None:
        self.invariant = invariant
        self.rows = rows
        super().__init__(
            f"the run was stopped and nothing was published, because {invariant}; rows: {rows}"
        )


class DatabaseError(LaadvraagError):
    """The DuckDB file is missing, locked, unreadable or of another layout."""


class DatabaseInUseError(DatabaseError):
    """Another process has the DuckDB file and did not let go of it in time."""

    def __init__(self, path: Path, holder: str) -> None:
        self.path = path
        self.holder = holder
        super().__init__(
            f"the database {path} is in use by {holder}; close it or try again in a moment"
        )


class UnknownNameError(LaadvraagError):
    """A terrain, municipality, year or scenario that does not exist.

    Parameters
    ----------
    kind
        What was asked for, such as ``terrain``.
    asked
        The words of the user.
    possible
        What they may have meant, best first.
    """

    def __init__(self, kind: str, asked: str, possible: Sequence[str]) -> None:
        self.kind = kind
        self.asked = asked
        self.possible = tuple(possible)
        hint = f" Possible: {'; '.join(possible)}." if possible else ""
        super().__init__(f"there is no {kind} '{asked}'.{hint}")


class ExplainError(LaadvraagError):
    """A figure can't be computed again, because the run was made with other assumptions."""

    def __init__(self, run_id: str, of_run: str, installed: str) -> None:
        self.run_id = run_id
        self.of_run = of_run
        self.installed = installed
        super().__init__(
            f"run {run_id} was made with other assumptions than those given now "
            f"(hash {of_run[:12]} against {installed[:12]}), so its figures would not come out "
            "again; name the file of the run with --assumptions, or run `laadvraag run` again"
        )


class OutputError(LaadvraagError):
    """A result can't be written where it was asked for."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"can't write {path}: {reason}")


class FactsheetError(LaadvraagError):
    """A factsheet can't be drawn, because of what its names hold."""

    def __init__(self, name: str, form: str, reason: str) -> None:
        self.name = name
        self.form = form
        self.reason = reason
        super().__init__(
            f"the {form} of '{name}' can't be drawn ({reason.splitlines()[0]}); give the terrain "
            "another name in the register, or leave this format out with --format"
        )


class ConnectionPowerError(LaadvraagError):
    """A connection of nothing was asked about."""

    def __init__(self, connection_kw: float) -> None:
        self.connection_kw = connection_kw
        super().__init__(f"the room on the connection must be above zero, not {connection_kw:g} kW")


class MeterDataError(LaadvraagError):
    """What was asked with meter data can't be: it contradicts what is held, or itself."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}; see laadvraag meter -h")


class ScheduleError(LaadvraagError):
    """What was asked of a depot can't be: a charger, consumption or fleet of nothing."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}; see laadvraag depot -h")


class SheetError(LaadvraagError):
    """A spreadsheet can't hold what it was given."""

    def __init__(self, title: str, reason: str) -> None:
        self.title = title
        self.reason = reason
        super().__init__(f"sheet '{title}' can't be made: {reason}")


class FieldError(LaadvraagError):
    """A value that an adviser gave is impossible, implausible or contradicts another."""


class RefinementError(LaadvraagError):
    """A refinement can't be recorded, found or undone as asked."""


class SurveyError(LaadvraagError):
    """A survey can't be imported, shown or removed as asked."""


class ServeError(LaadvraagError):
    """The local pages can't be served as asked, or are too busy for one more computation."""


class RowsError(LaadvraagError):
    """Rows of a file that people made can't be imported; each with its problem, all at once.

    Parameters
    ----------
    path
        The file.
    problems
        One sentence per problem, which names the row.
    """

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        shown = [f"\n  {problem}" for problem in self.problems[:_SHOWN_PROBLEMS]]
        if len(self.problems) > _SHOWN_PROBLEMS:
            shown.append(f"\n  and {len(self.problems) - _SHOWN_PROBLEMS} more")
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__(f"nothing was imported from {path}; {count}:{''.join(shown)}")
