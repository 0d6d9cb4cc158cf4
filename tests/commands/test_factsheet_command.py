"""`laadvraag factsheet` for one terrain or a region: what may be asked, and where it lands."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["factsheet", *map(str, words)], prog_name="laadvraag")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param((), "give either the NAME or RIN of a terrain, or one of", id="nothing"),
        pytest.param(("De Hurk", "--all"), "give either the NAME", id="name and all"),
        pytest.param(("--all", "--province", "Utrecht"), "give either the NAME", id="two sets"),
        pytest.param(
            ("--province", "Utrecht", "--municipality", "Zeist"),
            "give one of --municipality or --province, not several",
            id="two regions",
        ),
        pytest.param(
            ("De Hurk", "--format", "pdf,docx"), "'docx' is not one of html, pdf, xlsx", id="format"
        ),
        pytest.param(("De Hurk", "--format", ","), "give one or more of html", id="no format"),
        pytest.param(("--all", "--jobs", "0"), "0 is not in the range", id="jobs"),
    ],
)
def test_what_can_not_be_meant_is_wrong_usage(words: tuple[str, ...], sentence: str) -> None:
    result = invoke(*words)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())


def test_formats_come_with_commas_or_one_by_one(real_database: Path, tmp_path: Path) -> None:
    result = invoke(
        *("190044", "--format", "xlsx,html", "--format", "html", "--db", real_database),
        *("--out", tmp_path),
    )
    assert result.output.split() == [
        str(tmp_path / "190044-de-hurk.html"),
        str(tmp_path / "190044-de-hurk.xlsx"),
    ]


def test_a_set_has_a_folder_of_its_own_and_leftovers_go_on_request(
    real_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    html = ("--format", "html", "--db", real_database)
    result = invoke("--municipality", "Zwolle", *html)
    folder = Path("output/factsheets/zwolle")
    assert result.stdout == f"{folder / 'index.html'}\n", result.output
    zwolle = set(folder.glob("[0-9]*.html"))
    assert len(zwolle) > 1
    other = invoke("--municipality", "Urk", *html, "--out", folder)
    assert f"{len(zwolle)} files here are of an earlier set" in other.stderr
    assert "remove them with --prune" in other.stderr
    assert zwolle <= set(folder.glob("[0-9]*.html"))
    pruned = invoke("--municipality", "Urk", *html, "--out", folder, "--prune")
    assert f"{len(zwolle)} files of an earlier set removed" in pruned.stderr
    assert not zwolle & set(folder.glob("[0-9]*.html"))


def test_an_unknown_region_says_what_is_possible(real_database: Path, tmp_path: Path) -> None:
    result = invoke("--province", "Utregt", "--db", real_database, "--out", tmp_path / "x")
    assert result.exit_code == 1
    assert "there is no province 'Utregt'. Possible: Utrecht" in result.output
    assert not (tmp_path / "x").exists()
