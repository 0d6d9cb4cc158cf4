"""`laadvraag data fetch` and `data sources`, as somebody types them."""

from __future__ import annotations

import gzip
import json
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from commands.fetch_page import tell_step
from forecast.fetch.endpoints import chosen, endpoints, source_names
from forecast.fetch.plan import Step
from forecast.fetch.request import forbidden
from forecast.fetch.services import SERVICES
from forecast.words import LANGUAGES, load
from tests.fetch.publishers import Wfs, feature
from tests.fetch.server import Answer, Script, Server, file_script, in_turn

Serve = Callable[[Script], Server]
FILE = gzip.compress(b"<zones/>" * 500)


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["data", *map(str, words)], prog_name="laadvraag")


def test_tells_what_came_and_what_is_next(serve: Serve, tmp_path: Path) -> None:
    cache = tmp_path / "my downloads"
    server = serve(Wfs([feature(number) for number in range(1234)]))
    result = invoke("fetch", "ibis", "--url", server.url, "--cache", cache, "--lang", "nl")
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0] == "ibis: bedrijventerreinen van IBIS, met hun omtrek"
    assert "1.234 rijen, evenveel als de server zegt te hebben" in result.stdout
    assert "CC0-1.0; te noemen: IBIS, Interprovinciaal Overleg" in result.stdout
    assert "zojuist" in result.stdout
    [command] = [line for line in lines if "laadvraag data import" in line]
    program, *words, path = shlex.split(command.split(maxsplit=1)[1])
    assert (program, words) == ("laadvraag", ["data", "import", "ibis"])
    assert len(json.loads(Path(path).read_bytes())["features"]) == 1234
    assert "niet eerder in gebruik gezien" in result.stdout  # it was given with --url


def test_the_import_is_told_a_day_that_the_file_does_not_say(serve: Serve, tmp_path: Path) -> None:
    server = serve(file_script(FILE))
    result = invoke("fetch", "charging-sites", "--url", server.url, "--cache", tmp_path)
    assert " --date 20" in result.stdout


def test_again_on_the_same_day_and_without_network(serve: Serve, tmp_path: Path) -> None:
    server = serve(file_script(FILE))
    words = ("fetch", "ze-zones", "--url", server.url, "--cache", tmp_path, "--lang", "en")
    for extra, said in (((), "just now"), ((), "earlier today"), (("--offline",), "earlier today")):
        result = invoke(*words, *extra)
        assert said in result.stdout, result.output
    assert len(server.asked) == 1
    assert "just now" in invoke(*words, "--refresh").stdout


def test_age_is_told_of_an_older_file(serve: Serve, tmp_path: Path) -> None:
    server = serve(file_script(FILE))
    words = ("fetch", "ze-zones", "--url", server.url, "--cache", tmp_path, "--lang", "nl")
    invoke(*words)
    [folder] = (tmp_path / "ze-zones").glob("20*")
    before = datetime.now(UTC).date() - timedelta(days=40)
    folder.rename(folder.with_name(before.isoformat()))
    assert "dagen geleden" in invoke(*words, "--offline").stdout


def test_offline_says_what_lacks(tmp_path: Path) -> None:
    result = invoke("fetch", "ibis", "--offline", "--cache", tmp_path)
    assert result.exit_code == 1
    assert "holds no whole ibis.geojson, and --offline forbids the network" in result.stderr
    assert not list(tmp_path.iterdir())


def test_an_older_file_is_offered_when_a_fetch_fails(serve: Serve, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(FILE), Answer(status=404)))
    words = ("fetch", "ze-zones", "--url", server.url, "--cache", tmp_path, "--lang", "nl")
    assert invoke(*words).exit_code == 0
    result = invoke(*words, "--refresh")
    assert result.exit_code == 1
    assert "ligt er nog; --offline neemt dat" in result.stderr
    assert "answered 404" in result.stderr


def test_one_of_several_that_fails_leaves_the_others(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zones, sites = serve(file_script(FILE)), serve(in_turn(Answer(status=404)))
    known = {
        "ze-zones": endpoints()["ze-zones"].at(zones.url),
        "charging-sites": endpoints()["charging-sites"].at(sites.url),
    }
    monkeypatch.setattr("forecast.fetch.endpoints.endpoints", lambda: known)
    words = ("fetch", "charging-sites", "ze-zones", "--cache", tmp_path)
    result = invoke(*words)
    assert result.exit_code == 1
    assert "charging-sites was not fetched" in result.stderr
    assert "ze-zones:" in result.stdout
    assert [each["endpoint"] for each in json.loads(invoke(*words, "--json").stdout)] == [
        "ze-zones"
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give one or more sources, or --all"),
        (("ibis", "--all"), "give one or more sources, or --all"),
        (("ibis", "--offline", "--refresh"), "--offline forbids what --refresh asks"),
        (("vehicles", "--url", "https://x.nl"), "--url is the address of one source"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], said: str) -> None:
    result = invoke("fetch", *words)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bovag",), "there is no source 'bovag'. Possible: ibis;"),
        (("ibis", "--url", "http://example.org/wfs"), "not HTTPS; only HTTPS is asked"),
        (("ibis", "--url", "wfs"), "no address of the web"),
    ],
)
def test_stated_problems(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    result = invoke("fetch", *words, "--cache", tmp_path)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_source_means_all_of_its_files_but_those_on_request() -> None:
    assert [each.name for each in chosen(["vehicles"])] == [
        "vehicles-85619ned", "vehicles-85236ned", "vehicles-85239ned", "vehicles-rdw",
    ]  # fmt: skip
    assert [each.name for each in chosen(["Vehicles-RDW-Fuels", "ibis"])] == [
        "vehicles-rdw-fuels",
        "ibis",
    ]
    every = {each.name for each in chosen([], is_all=True)}
    assert every == set(endpoints()) - {"vehicles-rdw-fuels"}


@pytest.mark.parametrize("name", list(endpoints()))
def test_every_endpoint_is_complete(name: str) -> None:
    endpoint = endpoints()[name]
    assert endpoint.service in SERVICES
    assert forbidden(endpoint.url) is None
    assert endpoint.url.startswith("https://")
    assert endpoint.evidence
    assert endpoint.licence
    assert "/" not in endpoint.file_name
    assert name in source_names()
    for language in LANGUAGES:
        assert load(language)(f"fetch.title.{name}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_what_there_is(language: str) -> None:
    result = invoke("sources", "--lang", language)
    for name, endpoint in endpoints().items():
        assert name in result.stdout
        assert endpoint.url in result.stdout
    facts = json.loads(invoke("sources", "--json").stdout)
    assert {each["name"] for each in facts} == set(endpoints())
    assert result.stdout.count(load(language)("fetch.unverified")) == sum(
        not each["verified"] for each in facts
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step(1, 0, None, 1000, 3744), (1000, 3744, "1.000 van 3.744 rijen")),
        (Step(1, 0, None, 1000, None), (1000, None, "1.000 rijen")),
        (Step(0, 1_500_000, 20_000_000), (1_500_000, 20_000_000, "1,5 MB")),
        (Step(0, 500), (500, None, "0,5 kB")),
    ],
)
def test_how_far_it_is(step: Step, expected: tuple[int, int | None, str]) -> None:
    assert tell_step(step, load("nl")) == expected


def test_a_name_in_a_remark_shows_as_text(serve: Serve, tmp_path: Path) -> None:
    """What a server sends in an error is shown without its control characters."""
    page = "<html><title>\x1b[31mRed\x1b[0m \u202eevil</title>".encode()
    server = serve(in_turn(Answer(page)))
    result = invoke("fetch", "ze-zones", "--url", server.url, "--cache", tmp_path)
    assert result.exit_code == 1
    assert "\x1b" not in result.stderr
    assert "\u202e" not in result.stderr
