"""How an OpenDocument spreadsheet looks: columns, rows, numbers, dates, headings and pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

_UNIT: Final = ('fo:color="#52616a" fo:font-style="italic"', "#f3efe5")
_HEADING: Final = ('fo:color="#0d5c75" fo:font-weight="bold"', "#f3efe5")
_LOOKS: Final = {
    "unit": _UNIT,
    "unit-r": _UNIT,
    "heading": _HEADING,
    "heading-r": _HEADING,
    "t": ('fo:color="#1d2b33"', ""),
    "s-title": ('fo:color="#0d5c75" fo:font-weight="bold" fo:font-size="18pt"', ""),
    "s-heading": ('fo:color="#0d5c75" fo:font-weight="bold" fo:font-size="13pt"', ""),
    "s-text": ('fo:color="#1d2b33"', ""),
    "s-label": ('fo:color="#1d2b33" fo:font-weight="bold"', ""),
}


def automatic_styles(
    widths: Sequence[float], heights: Sequence[float], formats: Sequence[tuple[int, bool]]
) -> str:
    """Return the styles of a document.

    Parameters
    ----------
    widths
        Of its columns; the style of one is ``w`` and its place [cm].
    heights
        Of rows of text; the style of one is ``row`` and the height [pt].
    formats
        Decimals of numbers, and whether thousands are marked; see `number_style`.
    """
    parts = (
        *_columns(widths),
        *_numbers(formats),
        *_tables(),
        *_rows(heights),
        _DATE,
        *_cells(),
    )
    return "".join(parts)


def number_style(decimals: int, is_grouped: bool) -> str:  # noqa: FBT001 - a part of a name
    """Return the name of the style of numbers with so many decimals."""
    return f"n{decimals}{'g' if is_grouped else ''}"


def pages() -> str:
    """Return the pages that sheets are printed on: A4, text upright, tables lying."""
    layouts = masters = ""
    for name, width, height, orientation, fit in (
        ("readme", 21.0, 29.7, "portrait", ' style:scale-to-X="1" style:scale-to-Y="0"'),
        ("table", 29.7, 21.0, "landscape", ""),
    ):
        layouts += (
            f'<style:page-layout style:name="p-{name}"><style:page-layout-properties '
            f'fo:page-width="{width}cm" fo:page-height="{height}cm" '
            f'style:print-orientation="{orientation}" fo:margin="1.5cm"{fit}/>'
            "</style:page-layout>"
        )
        masters += f'<style:master-page style:name="m-{name}" style:page-layout-name="p-{name}"/>'
    return (
        f"<office:automatic-styles>{layouts}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles>"
    )


def _columns(widths: Sequence[float]) -> Iterator[str]:
    for place, width in enumerate(widths):
        yield (
            f'<style:style style:name="w{place}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
        )


def _numbers(formats: Sequence[tuple[int, bool]]) -> Iterator[str]:
    for decimals, is_grouped in formats:
        name = number_style(decimals, is_grouped)
        yield (
            f'<number:number-style style:name="N{name}">'
            f'<number:number number:min-integer-digits="1" number:decimal-places="{decimals}" '
            f'number:min-decimal-places="{decimals}" '
            f'number:grouping="{str(is_grouped).lower()}"/></number:number-style>'
            f'<style:style style:name="{name}" style:family="table-cell" '
            f'style:data-style-name="N{name}"/>'
        )


def _tables() -> Iterator[str]:
    for name in ("readme", "table"):
        yield (
            f'<style:style style:name="{name}" style:family="table" '
            f'style:master-page-name="m-{name}"><style:table-properties table:display="true"/>'
            "</style:style>"
        )


def _rows(heights: Sequence[float]) -> Iterator[str]:
    for height in heights:
        yield (
            f'<style:style style:name="row{height:g}" style:family="table-row">'
            f'<style:table-row-properties style:row-height="{height:g}pt" '
            'style:use-optimal-row-height="false"/></style:style>'
        )


def _cells() -> Iterator[str]:
    for name, (look, ground) in _LOOKS.items():
        filled = f' fo:background-color="{ground}"' if ground else ""
        wrapped = ' fo:wrap-option="wrap"' if name in ("s-text", "s-label") else ""
        yield (
            f'<style:style style:name="{name}" style:family="table-cell">'
            f'<style:table-cell-properties style:vertical-align="top"{filled}{wrapped}/>'
            f"{_side(name)}<style:text-properties {look}/></style:style>"
        )


def _side(name: str) -> str:
    """Return where the text of a cell stands; text keeps off the numbers before it."""
    if name.startswith("s-"):
        return ""
    end = name.endswith("-r")
    side = 'fo:text-align="end"' if end else 'fo:text-align="start" fo:margin-left="0.2cm"'
    return f"<style:paragraph-properties {side}/>"


_DATE: Final = (
    '<number:date-style style:name="Nd"><number:year number:style="long"/>'
    "<number:text>-</number:text>"
    '<number:month number:style="long"/><number:text>-</number:text>'
    '<number:day number:style="long"/></number:date-style>'
    '<style:style style:name="d" style:family="table-cell" style:data-style-name="Nd">'
    f"{_side('d')}</style:style>"
)
