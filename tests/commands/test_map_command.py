"""`laadvraag map`: which terrains, in whose style, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["map", *(str(word) for word in words)])


@pytest.mark.parametrize(
    ("option", "name", "file", "title"),
    [
        pytest.param(
            "--municipality",
            "zwolle",
            "plankaart-zwolle.html",
            "Plankaart laadvraag gemeente Zwolle",
            id="municipality",
        ),
        pytest.param(
            "--province",
            "utrecht",
            "plankaart-provincie-utrecht.html",
            "Plankaart laadvraag provincie Utrecht",
            id="province, not the municipality of that name",
        ),
    ],
)
def test_a_region_gets_a_file_of_its_own(
    real_database: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    name: str,
    file: str,
    title: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke("--db", real_database, option, name)
    assert result.exit_code == 0, result.output
    assert Path(result.stdout.strip()) == Path("output") / file
    assert f"<title>{title}</title>" in (Path("output") / file).read_text(encoding="utf-8")
    assert Path("output", file.replace(".html", "-tabel.html")).exists()


def test_the_theme_dresses_the_map(real_database: Path, tmp_path: Path) -> None:
    theme = tmp_path / "theme.toml"
    theme.write_text('publisher = "Gemeente Zwolle"\n[colours]\naccent = "#7a1f3d"\n')
    target = tmp_path / "kaart.html"
    result = invoke(
        "--db", real_database, "--municipality", "Zwolle", "--theme", theme, "--out", target
    )
    assert result.exit_code == 0, result.output
    page = target.read_text(encoding="utf-8")
    assert "Uitgave: Gemeente Zwolle." in page
    assert "--accent:#7a1f3d" in page
    assert "pdok" in page


def test_no_background_leaves_the_tiles_out(real_database: Path, tmp_path: Path) -> None:
    target = tmp_path / "kaart.html"
    result = invoke(
        "--db", real_database, "--municipality", "Zwolle", "--no-background", "--out", target
    )
    assert result.exit_code == 0, result.output
    assert "pdok" not in target.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize(
    ("words", "code", "texts"),
    [
        pytest.param(
            ("--municipality", "Zwolle", "--province", "Utrecht"), 2, ("not several",), id="two"
        ),
        pytest.param(("--nal-region", "Oots"), 1, ("NAL region", "Oost"), id="unknown region"),
        pytest.param(
            ("--municipality", "Zwolle", "--factsheets", "nergens"),
            1,
            ("nergens", "no factsheet", "laadvraag factsheet"),
            id="no factsheets there",
        ),
        pytest.param(("--theme", "none.toml"), 1, ("none.toml", "can't be read"), id="no theme"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    real_database: Path, tmp_path: Path, words: tuple[str, ...], code: int, texts: tuple[str, ...]
) -> None:
    target = tmp_path / "kaart.html"
    result = invoke("--db", real_database, *words, "--out", target)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    for text in texts:
        assert text in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_set_of_a_region_is_linked_and_a_map_is_a_page(
    real_database: Path, tmp_path: Path
) -> None:
    database = ("--db", real_database)
    sheets = tmp_path / "factsheets" / "urk"
    arguments = ["factsheet", "--municipality", "Urk", "--format", "html", "--out", str(sheets)]
    made = CliRunner().invoke(main, [*arguments, *map(str, database)])
    assert made.exit_code == 0, made.output
    page = tmp_path / "kaart.html"
    assert invoke("--municipality", "Urk", *database, "--out", page).exit_code == 0
    assert '"factsheets/urk/' in page.read_text(encoding="utf-8")
    refused = invoke("--municipality", "Urk", *database, "--out", tmp_path / "kaart.pdf")
    assert refused.exit_code == 2
    assert "should end in .html" in refused.stderr
