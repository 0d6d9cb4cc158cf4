"""A house style dresses the sheet, and never takes away what makes it readable."""

from __future__ import annotations

import io
from dataclasses import replace
from importlib.metadata import files
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from factsheets.content import make_content
from factsheets.html import render_html
from factsheets.material import Material
from factsheets.pdf import render_pdf
from forecast.errors import DataSourceError
from forecast.theme import Colours, Logo, Theme, load_theme

ACCENT = "#7a1f3d"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<script>alert(1)</script><rect width="40" height="20" fill="#ff00ff"/></svg>'
)


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    path = tmp_path / "theme.toml"
    path.write_text(
        f'publisher = "Gemeente Voorbeeld"\n[colours]\naccent = "{ACCENT}"\n'
        '[logo]\nfile = "logo.svg"\nalt = "Wapen van Voorbeeld"\n',
        encoding="utf-8",
    )
    return load_theme(path)


def test_the_page_wears_the_style_and_runs_nothing_of_the_logo(
    sheet: Material, theme: Theme
) -> None:
    page = render_html(make_content(sheet, "nl", theme)).decode()
    assert f"--accent: {ACCENT}" in page
    assert Colours().accent not in page
    assert 'alt="Wapen van Voorbeeld"' in page
    assert "Gemeente Voorbeeld" in page
    # As a picture its script is inert, and it can't end the attribute.
    assert "<script" not in page


def test_the_pdf_shows_the_logo_and_says_what_it_is(sheet: Material, theme: Theme) -> None:
    document = render_pdf(make_content(sheet, "nl", theme), sheet.report.run.ended_at)
    with pikepdf.open(io.BytesIO(document)) as pdf:
        alternatives = [str(item.Alt) for item in pdf.objects if _is_figure(item)]
    assert "Wapen van Voorbeeld" in alternatives
    picture = pypdfium2.PdfDocument(document)[0].render(scale=1).to_pil().convert("RGB")
    colours = {colour for _, colour in picture.getcolors(1 << 24)}
    assert (255, 0, 255) in colours
    assert tuple(bytes.fromhex(ACCENT[1:])) in colours
    plain = render_pdf(make_content(sheet, "nl"), sheet.report.run.ended_at)
    assert len(pypdfium2.PdfDocument(plain)) == len(pypdfium2.PdfDocument(document)) == 2


def test_a_font_that_is_not_in_its_files_is_told(sheet: Material) -> None:
    [font] = [
        Path(str(file.locate()))
        for file in files("font-source-sans-pro") or []
        if file.name == "SourceSansPro-Regular.ttf"
    ]
    theme = Theme(font_family="Fira Sans", font_files=(font,))
    with pytest.raises(DataSourceError, match=r"holds no font family 'Fira Sans'.*Source Sans Pro"):
        render_pdf(make_content(sheet, "nl", theme), sheet.report.run.ended_at)
    known = replace(theme, font_family="Source Sans Pro")
    assert render_pdf(make_content(sheet, "nl", known), sheet.report.run.ended_at)


def test_a_logo_that_is_no_picture_is_told(sheet: Material) -> None:
    theme = Theme(logo=Logo(Path("wapen.png"), b"no picture", "image/png", "x"))
    with pytest.raises(DataSourceError, match=r"wapen.png: is no logo that can be drawn"):
        render_pdf(make_content(sheet, "nl", theme), sheet.report.run.ended_at)


def _is_figure(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure" and "/Alt" in item
