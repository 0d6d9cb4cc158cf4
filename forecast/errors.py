"""The errors of laadvraag: fields for programs, one sentence for people.

Every problem that a user can cause or mend is a `LaadvraagError`; the command line turns it into
one sentence and exit code 1. Anything else that is raised is a fault of the program.

``str(error)`` is the English sentence, for logs; `LaadvraagError.sentence` that in the language of
who reads it. A `SpokenError` carries a key of the catalogue and what fills it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from forecast.spoken import Spoken, in_english, say, tell

if TYPE_CHECKING:
    from forecast.words import Words

_SHOWN_LETTERS = 12
"""Of a hash."""


class LaadvraagError(Spoken, Exception):
    """Base of all stated problems; its text says what was found, expected and possible."""

    def sentence(self, words: Words) -> str:
        """Return what is wrong in the language of a catalogue; in English where it has no other."""
        del words
        return str(self)

    def told(self, words: Words) -> str:
        """Return the sentence as a part of another, see `forecast.spoken`."""
        return self.sentence(words)

    @property
    def is_spoken(self) -> bool:
        """Whether the sentence is in the language that was asked for."""
        return False

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


class SpokenError(LaadvraagError):
    """A problem whose sentence stands in the catalogue, in each language.

    Parameters
    ----------
    key
        Of its sentence in the table of its class.
    fields
        What fills the sentence in, see `forecast.spoken`.
    """

    table: ClassVar[str]

    def __init__(self, key: str, /, **fields: object) -> None:
        self.said = say(f"{self.table}.{key}", **fields)
        super().__init__(key)

    def sentence(self, words: Words) -> str:
        """Return what is wrong in the language of a catalogue."""
        return self.said.told(words)

    @property
    def is_spoken(self) -> bool:
        """Whether the sentence is in the language that was asked for."""
        return True

    def __str__(self) -> str:
        """Return the sentence in English."""
        return in_english(self)


class DataSourceError(LaadvraagError):
    """A file of source data is missing, unreadable or not what it should be."""

    def __init__(self, path: Path, reason: str | Spoken) -> None:
        self.path = path
        self.reason = reason
        super().__init__(path, reason)

    def sentence(self, words: Words) -> str:
        """Return the file and what is wrong with it."""
        return f"{self.path}: {tell(self.reason, words)}"

    @property
    def is_spoken(self) -> bool:
        """Whether the reason is in the language that was asked for."""
        return not isinstance(self.reason, str)

    def __str__(self) -> str:
        """Return the sentence in English."""
        return f"{self.path}: {self.reason}"


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


class DatabaseError(SpokenError):
    """The DuckDB file is missing, locked, unreadable or of another layout."""

    table = "refusals.database"


class DatabaseInUseError(DatabaseError):
    """Another process has the DuckDB file and did not let go of it in time."""

    @property
    def holder(self) -> str:
        """Who has it, as far as DuckDB says."""
        said = self.said.fields
        return f"process {said['pid']} ({said['program']})" if "pid" in said else "another process"


class UnknownNameError(SpokenError):
    """A terrain, municipality, year or scenario that does not exist.

    Parameters
    ----------
    kind
        What was asked for, as a key of the table ``unknown``, such as ``year_of_run``.
    asked
        The words of the user.
    possible
        What they may have meant, best first.
    """

    table = "refusals.unknown"

    def __init__(self, kind: str, asked: str, possible: Sequence[object]) -> None:
        super().__init__(kind, asked=asked)
        self.kind = kind
        self.asked = asked
        self.possible = tuple(possible)

    def sentence(self, words: Words) -> str:
        """Return what there is not, and what there is."""
        found = super().sentence(words)
        if not self.possible:
            return found
        possible = "; ".join(tell(each, words) for each in self.possible)
        return f"{found} {words('refusals.possible', possible=possible)}"


class ExplainError(SpokenError):
    """A figure can't be computed again, because the run was made with other assumptions."""

    table = "refusals.explain"

    def __init__(self, run_id: str, of_run: str, installed: str) -> None:
        super().__init__(
            "other_assumptions",
            run=run_id,
            of_run=of_run[:_SHOWN_LETTERS],
            installed=installed[:_SHOWN_LETTERS],
        )
        self.run_id = run_id
        self.of_run = of_run
        self.installed = installed


class OutputError(SpokenError):
    """A result can't be written where it was asked for.

    Parameters
    ----------
    reason
        Key of the reason in the table ``output``; ``system`` with what the system says.
    """

    table = "refusals.output"

    def __init__(self, path: Path, reason: str, /, **fields: object) -> None:
        super().__init__("sentence", path=path, reason=say(f"{self.table}.{reason}", **fields))
        self.path = path


class FactsheetError(SpokenError):
    """A factsheet can't be drawn, because of what its names hold."""

    table = "refusals.factsheet"

    def __init__(self, name: str, form: str, reason: str) -> None:
        super().__init__("not_drawn", name=name, form=form, reason=reason.splitlines()[0])
        self.name = name


class ConnectionPowerError(SpokenError):
    """A connection of nothing was asked about."""

    table = "refusals.connection"

    def __init__(self, connection_kw: float) -> None:
        super().__init__("none", kw=float(connection_kw))
        self.connection_kw = connection_kw


class ServeError(SpokenError):
    """The local pages can't be served as asked, or are too busy for one more computation."""

    table = "refusals.serve"


class SheetError(SpokenError):
    """A spreadsheet can't hold what it was given, for a reason of the table ``sheet``."""

    table = "refusals.sheet"

    def __init__(self, title: str, reason: str, /, **fields: object) -> None:
        super().__init__("sentence", title=title, reason=say(f"{self.table}.{reason}", **fields))
        self.title = title
