"""Pages of a PDF as a reader sees them: pixels, and where each line of text stands."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import pypdfium2

_POINTS_PER_MM = 72 / 25.4
_PIXELS_PER_POINT = 1.0


@dataclass(frozen=True)
class TextBox:
    """A run of text and its box on the page [points]."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: TextBox) -> float:
        """Return the part of the smaller box that the other covers [1]."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        smaller = min(self.area, other.area)
        return wide * high / smaller if wide > 0 and high > 0 and smaller > 0 else 0.0

    @property
    def area(self) -> float:
        """Area of the box [square points]."""
        return (self.right - self.left) * (self.top - self.bottom)


def text_boxes(page: pypdfium2.PdfPage) -> list[TextBox]:
    """Return the runs of text of a page."""
    text = page.get_textpage()
    boxes = []
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        boxes.append(
            TextBox(text.get_text_bounded(left, bottom, right, top), left, bottom, right, top)
        )
    return boxes


def overlapping_texts(page: pypdfium2.PdfPage) -> list[tuple[str, str]]:
    """Return pairs of texts that lie over each other; a text with its own halo is none."""
    return [
        (one.text, other.text)
        for one, other in combinations(text_boxes(page), 2)
        if one.overlap(other) > 0.25
        and one.text.strip()
        and other.text.strip()
        and one.text != other.text
    ]


def inked_margins(page: pypdfium2.PdfPage, margin_mm: float) -> list[str]:
    """Return the sides of a page whose outer margin is not blank."""
    picture = page.render(scale=_PIXELS_PER_POINT).to_pil().convert("L")
    edge = int(margin_mm * _POINTS_PER_MM * _PIXELS_PER_POINT)
    width, height = picture.size
    strips = {
        "left": (0, 0, edge, height),
        "right": (width - edge, 0, width, height),
        "top": (0, 0, width, edge),
        "bottom": (0, height - edge, width, height),
    }
    return [name for name, box in strips.items() if picture.crop(box).getextrema()[0] < 250]
