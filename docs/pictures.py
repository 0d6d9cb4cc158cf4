"""Make the pictures of the README: `python docs/pictures.py`, with Chromium installed.

The national map, the front of one factsheet and one terminal query, of a run over the embedded
data. What they were made from is written beside them, so that a test tells when they are old.
"""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pypdfium2
from PIL import Image
from rich.console import Console
from rich.text import Text

from factsheets.factsheet import write_factsheet
from factsheets.material import read_material
from forecast.run import run_and_publish
from forecast.store import open_published
from forecast.vocabulary import DEFAULT_YEARS
from maps.plan_map import write_plan_map

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "img"
STAMP = IMAGES / "pictures.json"
DE_HURK = "190044"
_DRAWN_BY = (
    "maps/*.py",
    "maps/assets/*",
    "factsheets/*.py",
    "factsheets/templates/*",
    "commands/terrain_*.py",
    "forecast/words/*/*.toml",
)
_MAP_SIZE = (1280, 800)
_TERMINAL_COLUMNS = 104
_COLOURS = 128
_LAST_LINE = "  0     3 "
"""The clock under the day of a terrain: a picture need not show more."""


def drawn_by() -> str:
    """Return a hash of everything that decides how the pictures look, without the figures."""
    digest = sha256()
    for pattern in _DRAWN_BY:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def terminal_query(database: Path) -> str:
    """Return what a terminal shows for a terrain, with its colours, down to its day."""
    command = [sys.executable, "-m", "cli", "terrain", "de hurk eindhoven", "--db", str(database)]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "NO_COLOR": "",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": str(_TERMINAL_COLUMNS),
    }
    # A terminal of its own: without one no colours are written.
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=theirs, stdin=theirs, env=environment):  # noqa: S603 - our own program
        os.close(theirs)
        shown = bytearray()
        with suppress(OSError):  # the end of a terminal reads as an error
            while found := os.read(ours, 4096):
                shown += found
    os.close(ours)
    lines = shown.decode().replace("\r", "").splitlines()
    last = next(
        row for row, line in enumerate(lines) if Text.from_ansi(line).plain.startswith(_LAST_LINE)
    )
    return "\n".join(lines[: last + 1])


def main() -> None:
    """Make a run and the three pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "laadvraag.duckdb"
        run_and_publish(database, DEFAULT_YEARS)
        with open_published(database) as connection:
            page = write_plan_map(connection, folder / "map.html", background=None)
            [material] = read_material(connection, [DE_HURK])
        [sheet] = write_factsheet(material, folder, formats=["pdf"])
        _save(_screenshot(page, _MAP_SIZE, folder), "plankaart.png")
        _save(pypdfium2.PdfDocument(sheet)[0].render(scale=1.6).to_pil(), "factsheet.png")
        query = terminal_query(database)
        _save(_terminal_picture(query, folder), "terminal.png")
    content = {"drawn_by": drawn_by(), "query": Text.from_ansi(query).plain}
    STAMP.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _terminal_picture(query: str, folder: Path) -> Image.Image:
    console = Console(
        record=True,
        width=_TERMINAL_COLUMNS,
        file=StringIO(),
        force_terminal=True,
        legacy_windows=False,
    )
    text = Text.from_ansi(query)
    console.print(text, soft_wrap=False)
    page = folder / "terminal.svg"
    svg = console.export_svg(title='laadvraag terrain "de hurk eindhoven"')
    page.write_text(svg, encoding="utf-8")
    _, _, width, height = map(float, svg.split('viewBox="')[1].split('"')[0].split())
    return _screenshot(page, (round(width), round(height)), folder)


def _screenshot(page: Path, size: tuple[int, int], folder: Path) -> Image.Image:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("the pictures need Chromium: install it and try again")
    path = folder / "screenshot.png"
    subprocess.run(  # noqa: S603 - a page of our own
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--disable-background-networking", "--disable-component-update", "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}",
            f"--window-size={size[0]},{size[1]}", "--virtual-time-budget=5000",
            f"--screenshot={path}", page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _save(picture: Image.Image, name: str) -> None:
    """Save a picture small: a page of flat colours needs no more than a palette."""
    picture.convert("RGB").quantize(_COLOURS).save(IMAGES / name, optimize=True)


if __name__ == "__main__":
    main()
