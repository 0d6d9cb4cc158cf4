"""House styles: what they may change, and what they are refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecast.errors import DataSourceError
from forecast.theme import Colours, Theme, contrast, load_theme

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><rect width="4" height="2"/></svg>'


def write(folder: Path, text: str) -> Path:
    path = folder / "theme.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_own_style_holds() -> None:
    assert load_theme(None) == Theme()


def test_a_theme_changes_what_it_names_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SVG)
    theme = load_theme(
        write(
            tmp_path,
            'publisher = "Gemeente Voorbeeld"\n[colours]\naccent = "#7a1f3d"\n'
            '[logo]\nfile = "logo.svg"\nalt = "Gemeente Voorbeeld"\n',
        )
    )
    assert theme.publisher == "Gemeente Voorbeeld"
    assert theme.colours == Colours(accent="#7a1f3d")
    assert theme.logo is not None
    assert theme.logo.data_uri.startswith("data:image/svg+xml;base64,")


def test_contrast_is_that_of_the_norm() -> None:
    # Published example: #767676 on white just passes 4.5 to 1.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("publisher = 3", "publisher should be text"),
        ("colour = 3", "unknown keys colour"),
        ("colours = 3", "should be a table"),
        ('[colours]\naccent = "red"', "like #0d5c75"),
        ('[colours]\naccent = "#ffcc00"', "contrast of 1"),
        ('[logo]\nfile = "no.svg"\nalt = "x"', "which is not at"),
        ('[logo]\nfile = "theme.toml"\nalt = "x"', "svg or .png"),
        ('[logo]\nfile = "theme.toml"', "lacks alt"),
        ('[fonts]\nfamily = "A;b"\nfiles = ["a.ttf"]', "letters, digits"),
        ('[fonts]\nfamily = "Fira"', "lacks files"),
        ("publisher = ", "no theme file in TOML"),
    ],
)
def test_a_fault_in_a_theme_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataSourceError, match=said):
        load_theme(write(tmp_path, text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataSourceError, match="can't be read"):
        load_theme(tmp_path / "none.toml")
