"""Write the generated reference pages: `python docs/generate.py`."""

from __future__ import annotations

from pathlib import Path

from forecast.assumptions import load
from forecast.reference import assumptions_page, nomenclature_page

FOLDER = Path(__file__).parent

if __name__ == "__main__":
    (FOLDER / "assumptions.md").write_text(assumptions_page(load()), encoding="utf-8")
    (FOLDER / "nomenclature.md").write_text(nomenclature_page(), encoding="utf-8")
