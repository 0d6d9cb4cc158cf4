"""Tables of CBS by their own metadata, and the register of RDW."""

from __future__ import annotations

import copy
import csv
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forecast.errors import DataSourceError
from forecast.sources.contract import Known, Reading, Request
from forecast.sources.registry import SOURCES, read_source
from tests.forecast.sources.made import (
    Row,
    cbs_establishments,
    cbs_vehicles,
    codes,
    write,
)

Read = Callable[..., Reading]
DAY = date(2026, 1, 1)


@pytest.fixture
def read(known: Known, tmp_path: Path) -> Read:
    def read_body(
        body: Any, day: date | None = None, source: str = "vehicles", name: str = "x.json"
    ) -> Reading:
        path = body if isinstance(body, Path) else write(tmp_path / name, body)
        return read_source(SOURCES[source], Request(path, known, day))

    return read_body


def counted(reading: Reading) -> dict[tuple[str, ...], int]:
    frame = reading.tables["vehicle_counts"]
    keys = frame.select("area_level", "area_code", "vehicle_class", "powertrain").rows()
    return dict(zip(keys, frame["vehicles"].to_list(), strict=True))


def test_classes_and_areas_are_read_by_their_titles(read: Read) -> None:
    reading = read(cbs_vehicles())
    assert counted(reading) == {
        ("municipality", "GM0193", "van", "all"): 7512,
        ("municipality", "GM0193", "rigid_truck", "all"): 512,
        ("municipality", "GM0193", "tractor", "all"): 700,
        ("postcode4", "8028", "van", "all"): 321,
        ("nation", "NL", "van", "all"): 998_000,
    }
    frame = reading.tables["vehicle_counts"]
    assert frame["count_date"].unique().to_list() == [date(2023, 1, 1)]
    assert frame["statistic_code"].unique().to_list() == ["85236NED"]
    assert reading.facts.dataset == "85236NED"
    assert reading.facts.reference_date == date(2023, 1, 1)
    assert reading.facts.passed_over == 1  # the cars


def test_other_codes_and_another_order_read_the_same(read: Read) -> None:
    body = cbs_vehicles()
    text = json.dumps(body)
    for number in (4, 5, 6):
        text = text.replace(f"A01894{number}", f"M00{number}123")
    turned = json.loads(text)
    for name in ("MeasureCodes", "Dimensions", "Observations", "RegioSCodes"):
        turned[name] = turned[name][::-1]
    turned = dict(reversed(turned.items()))
    assert counted(read(turned)) == counted(read(body))


def test_answers_of_the_service_in_a_zip_read_as_one_table(read: Read, tmp_path: Path) -> None:
    body = cbs_vehicles()
    packed = tmp_path / "85236NED.zip"
    base = "https://datasets.cbs.nl/odata/v1/CBS/85236NED/$metadata#"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in body.items():
            if name == "Properties":
                archive.writestr("Properties.json", json.dumps(content))
            elif name == "Observations":
                for page, start in enumerate((0, 4)):
                    context = f"{base}Observations(Id,Measure,Value)" if page else f"{base}{name}"
                    answer = {"@odata.context": context, "value": content[start : start + 4]}
                    archive.writestr(f"Observations_{page + 1}.json", json.dumps(answer))
            else:
                archive.writestr(f"{name}.json", json.dumps({"value": content}))
    assert counted(read(packed)) == counted(read(body))


def test_main_users_of_vans_come_from_the_title_of_the_table(read: Read) -> None:
    users = codes(T001191="Totaal hoofdgebruikers", A1="Totaal particulieren", A2="Rechtspersoon")
    body = cbs_vehicles(
        Properties={
            "Identifier": "85619NED",
            "Title": "Bestelauto's; gemiddelde leeftijd, leeftijdsklasse, hoofdgebruiker, regio's",
        },
        MeasureCodes=[
            {"Identifier": "M1", "Title": "Aantal bestelauto's", "Unit": "aantal"},
            {"Identifier": "M2", "Title": "Gemiddelde leeftijd", "Unit": "jaar"},
        ],
        HoofdgebruikerCodes=users,
        PeriodenCodes=codes(**{"2022JJ00": "2022"}),
        RegioSCodes=[*codes(GM0193="Zwolle"), {"Identifier": "PV23", "Title": "Overijssel (PV)"}],
    )
    body["Dimensions"].append({"Identifier": "Hoofdgebruiker", "Title": "Hoofdgebruiker"})
    base = {"ValueAttribute": "None", "Perioden": "2022JJ00"}
    body["Observations"] = [
        base | {"Measure": "M1", "Value": 7000, "RegioS": "GM0193", "Hoofdgebruiker": "T001191"},
        base | {"Measure": "M1", "Value": 2000, "RegioS": "GM0193", "Hoofdgebruiker": "A1"},
        base | {"Measure": "M2", "Value": 8.8, "RegioS": "GM0193", "Hoofdgebruiker": "T001191"},
        base | {"Measure": "M1", "Value": 70_000, "RegioS": "PV23", "Hoofdgebruiker": "T001191"},
        base
        | {
            "Measure": "M1", "Value": None, "ValueAttribute": "Impossible", "RegioS": "GM0193",
            "Hoofdgebruiker": "T001191",
        },
    ]  # fmt: skip
    reading = read(body)
    assert counted(reading) == {
        ("municipality", "GM0193", "van", "all"): 7000,
        ("province", "Overijssel", "van", "all"): 70_000,
    }
    # Of the whole year: the day is its last.
    assert reading.tables["vehicle_counts"]["count_date"][0] == date(2022, 12, 31)
    assert "main user" in reading.tables["vehicle_counts"]["definition"][0]


def test_provinces_and_fuels_may_be_measures(read: Read) -> None:
    body = cbs_vehicles(
        Properties={
            "Identifier": "85239NED",
            "Title": "Bedrijfsvoertuigen actief; voertuigkenmerken, regio's, 1 januari",
        },
        Dimensions=[
            {"Identifier": "Voertuigtype", "Title": "Voertuigtype"},
            {"Identifier": "Bouwjaren", "Title": "Bouwjaren"},
            {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
        ],
        MeasureCodes=[
            {"Identifier": "M1", "Title": "Totaal Nederland", "Unit": "aantal"},
            {"Identifier": "M2", "Title": "Fryslân", "Unit": "aantal"},
            {"Identifier": "M3", "Title": "Elektriciteit", "Unit": "aantal"},
            {"Identifier": "M4", "Title": "Diesel", "Unit": "aantal"},
        ],
        VoertuigtypeCodes=codes(T1="Totaal bedrijfsvoertuigen", V1="Bestelauto", V2="Oplegger"),
        BouwjarenCodes=codes(T001378="Totaal alle bouwjaren", B1="2020"),
        PeriodenCodes=codes(**{"2025JJ00": "2025"}),
    )
    base = {"ValueAttribute": "None", "Perioden": "2025JJ00", "Bouwjaren": "T001378"}
    body["Observations"] = [
        base | {"Measure": measure, "Voertuigtype": kind, "Value": value}
        for measure, kind, value in [
            ("M1", "V1", 1_000_000), ("M2", "V1", 40_000), ("M3", "V1", 30_000), ("M4", "V1", 9),
            ("M1", "V2", 5), ("M1", "T1", 6),
        ]
    ] + [base | {"Bouwjaren": "B1", "Measure": "M1", "Voertuigtype": "V1", "Value": 7}]  # fmt: skip
    assert counted(read(body)) == {
        ("nation", "NL", "van", "all"): 1_000_000,
        ("nation", "NL", "van", "electric"): 30_000,
        ("province", "Fryslân", "van", "all"): 40_000,
    }


def edit(change: Callable[[Row], Any]) -> Row:
    body = copy.deepcopy(cbs_vehicles())
    change(body)
    return body


@pytest.mark.parametrize(
    ("change", "text"),
    [
        pytest.param(lambda b: b.pop("MeasureCodes"), "MeasureCodes is missing", id="no codes"),
        pytest.param(lambda b: b.pop("Properties"), "Properties", id="no properties"),
        pytest.param(lambda b: b.pop("RegioSCodes"), "codes of RegioS", id="no regions"),
        pytest.param(lambda b: b["Observations"].clear(), "no observations", id="no rows"),
        pytest.param(
            lambda b: b["Properties"].update(Identifier="37209NED"), "85619NED", id="other table"
        ),
        pytest.param(
            lambda b: b.update(MeasureCodes=b["MeasureCodes"][:1]), "6 of", id="codes of others"
        ),
        pytest.param(
            lambda b: (
                b["Dimensions"].append({"Identifier": "Kleur", "Title": "Kleur"}),
                b.update(KleurCodes=codes(A="rood", B="groen")),
            ),
            "has no total",
            id="unknown dimension",
        ),
    ],
)
def test_a_table_without_what_it_takes_is_refused(
    change: Callable[[Row], Any], text: str, read: Read
) -> None:
    with pytest.raises(DataSourceError) as caught:
        read(edit(change))
    if text != "6 of":
        assert text in caught.value.reason
    else:
        assert "rows can't be used" in caught.value.reason or "counts no vans" in str(caught.value)


def test_a_number_that_contradicts_an_earlier_one_is_set_apart(read: Read) -> None:
    body = cbs_vehicles()
    row = body["Observations"][1]
    body["Observations"] += [row] * 200  # a page that came twice
    body["Observations"].append(row | {"Value": 1.0})
    reading = read(body)
    [apart] = reading.quarantined
    assert apart.reason == "it counts 1 where an earlier row has 7,512"
    assert counted(reading)["municipality", "GM0193", "van", "all"] == 7512


def test_sections_of_establishments(read: Read) -> None:
    reading = read(cbs_establishments(), source="establishments")
    rows = reading.tables["establishment_counts"].rows()
    assert rows == [
        ("GM0193", "A", date(2026, 1, 1), 210),
        ("GM0193", "H", date(2026, 1, 1), 530),
        ("GM0193", "total", date(2026, 1, 1), 13_305),
    ]
    assert reading.facts.passed_over == 1  # 49, a part of H
    with pytest.raises(DataSourceError, match="81575NED is read"):
        read(cbs_vehicles(), source="establishments")


PLATES = [
    # kenteken, category, body, kind
    ("V1", "N1", "gesloten opbouw", "Bedrijfsauto"),
    ("V2", "N1", "gesloten opbouw", "Bedrijfsauto"),
    ("T1", "N3", "opleggertrekker", "Bedrijfsauto"),
    ("R1", "N2", "gesloten opbouw", "Bedrijfsauto"),
    ("C1", "M1", "sedan", "Personenauto"),
]
FUELS = [
    ("V1", "Diesel"),
    ("V2", "Elektriciteit"),
    ("T1", "Elektriciteit"),
    ("R1", "Diesel"),
    ("R1", "Elektriciteit"),  # a hybrid
]
RDW = {
    ("nation", "NL", "van", "all"): 2,
    ("nation", "NL", "van", "electric"): 1,
    ("nation", "NL", "tractor", "all"): 1,
    ("nation", "NL", "tractor", "electric"): 1,
    ("nation", "NL", "rigid_truck", "all"): 1,
}


def rdw_json() -> tuple[list[Row], list[Row]]:
    names = ("kenteken", "europese_voertuigcategorie", "inrichting", "voertuigsoort")
    vehicles = [dict(zip(names, row, strict=True)) for row in PLATES]
    return vehicles, [{"kenteken": p, "brandstof_omschrijving": fuel} for p, fuel in FUELS]


def test_plates_and_fuels_of_rdw_are_joined(read: Read, tmp_path: Path) -> None:
    vehicles, fuels = rdw_json()
    packed = tmp_path / "rdw.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("m9d7-ebf2.json", json.dumps(vehicles))
        archive.writestr("8ys7-d773.json", json.dumps(fuels))
    reading = read(packed, DAY)
    assert counted(reading) == RDW
    assert reading.facts.passed_over == 1
    assert reading.tables["vehicle_counts"]["count_date"].unique().to_list() == [DAY]
    # A CSV from the site of RDW has other names.
    heads = ("Kenteken", "Europese voertuigcategorie", "Inrichting", "Voertuigsoort")
    with zipfile.ZipFile(packed, "w") as archive:
        for name, rows in (
            ("v.csv", [heads, *PLATES]),
            ("b.csv", [("Kenteken", "Brandstof omschrijving"), *FUELS]),
        ):
            archive.writestr(name, "\n".join(",".join(row) for row in rows))
    assert counted(read(packed, DAY)) == RDW


def test_groups_of_rdw_with_their_count(read: Read, tmp_path: Path) -> None:
    rows = [
        {"europese_voertuigcategorie": "N1", "inrichting": "x", "count_kenteken": "1000"},
        {
            "europese_voertuigcategorie": "N3",
            "inrichting": "opleggertrekker",
            "count_kenteken": "7",
        },
        {"europese_voertuigcategorie": "M1", "inrichting": "sedan", "count_kenteken": "9"},
    ]
    assert counted(read(rows, DAY)) == {
        ("nation", "NL", "tractor", "all"): 7,
        ("nation", "NL", "van", "all"): 1000,
    }
    with pytest.raises(DataSourceError, match="say so with --date"):
        read(rows)
    path = tmp_path / "rdw.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert counted(read(path, DAY)) == counted(read(rows, DAY))


def test_the_last_registration_dates_a_register(read: Read) -> None:
    rows = [
        {"kenteken": "A", "europese_voertuigcategorie": "N1", "datum_tenaamstelling": "20260930"},
        {"kenteken": "B", "europese_voertuigcategorie": "N1", "datum_tenaamstelling": "20240101"},
    ]
    assert read(rows).facts.reference_date == date(2026, 9, 30)


def test_company_vehicles_without_a_category_are_set_apart(read: Read) -> None:
    rows = [{"europese_voertuigcategorie": "N1", "voertuigsoort": "Bedrijfsauto"}] * 199
    rows.append({"europese_voertuigcategorie": None, "voertuigsoort": "Bedrijfsauto"})
    reading = read(rows, DAY)
    [apart] = reading.quarantined
    assert apart.row_number == 200
    assert "without a European category" in apart.reason
    assert json.loads(apart.original)["voertuigsoort"] == "Bedrijfsauto"


def test_a_large_register_takes_little_memory(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "rdw.csv"
    block = "".join(f"P{n},N1,Bedrijfsauto,{'x' * 60}\n" for n in range(10_000))
    with path.open("w", encoding="utf-8") as file:
        file.write("kenteken,europese_voertuigcategorie,voertuigsoort,merk\n")
        for _ in range(30):
            file.write(block)
    assert counted(read(path, DAY)) == {("nation", "NL", "van", "all"): 300_000}
    assert isinstance(read(path, DAY).tables["vehicle_counts"], pl.DataFrame)
