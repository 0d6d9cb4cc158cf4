"""The carried tables: each has a valid, complete description that fits its bytes."""

import csv
import hashlib
import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

DATA = Path(__file__).resolve().parents[2] / "data"
DESCRIPTORS = sorted(DATA.glob("*/datapackage.json"))
FOLDERS = sorted({path.parent for path in DATA.rglob("*.csv")})
NUMERIC = {"integer", "number"}
SECTIONS = ("## What was changed", "## Known oddities", "## Not to be used for")

each_package = pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=lambda p: p.parent.name)
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)


def read(descriptor: Path) -> dict[str, Any]:
    """Return the content of a datapackage.json."""
    content: dict[str, Any] = json.loads(descriptor.read_text(encoding="utf-8"))
    return content


def errors(descriptor: Path) -> list[list[Any]]:
    """Return what frictionless finds wrong: type, row, field and message of each error."""
    report = Package(str(descriptor)).validate()
    found: list[list[Any]] = report.flatten(["type", "rowNumber", "fieldName", "message"])
    if not report.valid and not found:
        found = [["invalid", None, None, str(report)]]
    return found


def test_all_tables_are_there() -> None:
    assert len(DESCRIPTORS) == 12
    assert sum(len(list(folder.glob("*.csv"))) for folder in FOLDERS) == 15


@each_package
def test_package_validates(descriptor: Path) -> None:
    assert errors(descriptor) == []


@each_package
def test_every_field_is_described(descriptor: Path) -> None:
    for resource in read(descriptor)["resources"]:
        assert resource["schema"]["primaryKey"]
        for field in resource["schema"]["fields"]:
            where = f"{resource['name']}.{field['name']}"
            assert field.get("title"), where
            assert field.get("description"), where
            assert field["type"] not in NUMERIC or field.get("unit"), f"{where} has no unit"
            assert field["type"] not in NUMERIC or field.get("basis"), f"{where} has no basis"


@each_package
def test_fields_are_the_columns(descriptor: Path) -> None:
    for resource in read(descriptor)["resources"]:
        with (descriptor.parent / resource["path"]).open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert [field["name"] for field in resource["schema"]["fields"]] == header


@each_package
def test_licence_source_and_date(descriptor: Path) -> None:
    package = read(descriptor)
    assert package["licenses"]
    assert all(licence["name"] and licence["title"] for licence in package["licenses"])
    assert package["sources"]
    assert all(source["title"] for source in package["sources"])
    assert package["version"]
    assert datetime.fromisoformat(package["created"]).tzinfo is not None
    assert re.match(r"20\d{2}-\d{2}|not recorded", package["retrieved"])
    assert package["reference"]


@each_folder
def test_folder_has_both_files(folder: Path) -> None:
    assert (folder / "datapackage.json").is_file()
    text = (folder / "SOURCE.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "- Licence and attribution: " in text
    assert "- Retrieved: " in text
    assert all(section in text for section in SECTIONS)


@each_folder
def test_every_csv_is_a_resource(folder: Path) -> None:
    resources = read(folder / "datapackage.json")["resources"]
    assert {resource["path"] for resource in resources} == {p.name for p in folder.glob("*.csv")}
    assert {resource["profile"] for resource in resources} == {"tabular-data-resource"}


@each_package
def test_bytes_and_hash_match(descriptor: Path) -> None:
    for resource in read(descriptor)["resources"]:
        content = (descriptor.parent / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")


def test_register_is_complete_with_unique_rin() -> None:
    path = DATA / "bedrijventerreinen" / "terreinen.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rins = [row["rin"] for row in csv.DictReader(file)]
    assert len(rins) == 3646
    assert len(set(rins)) == 3646


def copy_with_net_ha(folder: Path, value: str) -> Path:
    """Copy the register, put a value in the first net_ha and make bytes and hash fit again."""
    shutil.copytree(DATA / "bedrijventerreinen", folder)
    table = folder / "terreinen.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][rows[0].index("net_ha")] = value
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    descriptor = folder / "datapackage.json"
    package = read(descriptor)
    content = table.read_bytes()
    package["resources"][0]["bytes"] = len(content)
    package["resources"][0]["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    descriptor.write_text(json.dumps(package), encoding="utf-8")
    return descriptor


def test_control_a_sound_change_validates(tmp_path: Path) -> None:
    assert errors(copy_with_net_ha(tmp_path / "copy", "6.34")) == []


@pytest.mark.parametrize(("value", "kind"), [("6.3x", "type-error"), ("-1", "constraint-error")])
def test_control_a_corrupted_copy_does_not_validate(tmp_path: Path, value: str, kind: str) -> None:
    found = errors(copy_with_net_ha(tmp_path / "copy", value))
    assert [(error[0], error[1], error[2]) for error in found] == [(kind, 2, "net_ha")]


def test_control_changed_bytes_do_not_validate(tmp_path: Path) -> None:
    shutil.copytree(DATA / "bedrijventerreinen", tmp_path / "copy")
    with (tmp_path / "copy" / "terreinen.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert errors(tmp_path / "copy" / "datapackage.json")
