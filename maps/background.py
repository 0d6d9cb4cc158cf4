"""The topographic background, fetched while reading: tiles of the BRT achtergrondkaart.

Only when there is a network; without one the quiet base map stays. The page that asks for tiles
tells the server of PDOK where its reader is, so the publisher can leave the background out.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Background:
    """Tiles in Web Mercator.

    Attributes
    ----------
    url
        With ``{z}``, ``{x}`` and ``{y}``.
    closest_zoom
        The last zoom of which there are tiles.
    """

    url: str
    closest_zoom: int = 19

    @property
    def origin(self) -> str:
        """Scheme and host: what the policy of the page allows images from."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


PDOK = Background(
    "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"
)
"""The grey BRT achtergrondkaart of Kadaster (CC BY 4.0), served by PDOK."""
