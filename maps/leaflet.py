"""One page that needs nothing from outside: Leaflet inlined, folium's other links left out.

folium writes a page that fetches Leaflet, jQuery, Bootstrap and icon fonts when it is opened. A
published document may not depend on that: the classes here keep folium's map and its figure and
put the scripts and styles in the page itself. A content security policy lists the scripts by
their hash, so that nothing else runs and nothing is fetched, whatever a name in a register holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from maps.house_style import root_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.theme import Theme
    from maps.background import Background

_ASSETS: Final = Path(__file__).parent / "assets"
# One scope: later files use the functions of earlier ones.
PLAN_MAP: Final = (
    "text.js",
    "glyphs.js",
    "measures.js",
    "layers.js",
    "hubs.js",
    "labels.js",
    "background.js",
    "day_curve.js",
    "day_chart.js",
    "popup.js",
    "popup_layers.js",
    "search.js",
    "legend.js",
    "controls.js",
    "print.js",
    "frame.js",
    "plan_map.js",
)
"""Scripts of the plan map."""
COMPARISON: Final = (
    "text.js",
    "glyphs.js",
    "layers.js",
    "labels.js",
    "popup.js",
    "search.js",
    "legend.js",
    "controls.js",
    "print.js",
    "frame.js",
    "comparison.js",
)
"""Scripts of the map that sets a forecast of others beside ours."""
_STYLES: Final = ("plan_map.css", "popup.css", "comparison.css", "narrow.css", "print.css")
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_POLICY_MARK: Final = "@policy@"


def leaflet_script() -> str:
    """Return Leaflet without the link to its source map, which a browser would try to open."""
    text = (files("xstatic.pkg.leaflet") / "data" / "leaflet.js").read_text(encoding="utf-8")
    return inline_script(re.sub(r"//# sourceMappingURL=\S*", "", text))


def leaflet_style() -> str:
    """Return Leaflet's style without the images of controls that the plan map does not use."""
    text = (files("xstatic.pkg.leaflet") / "data" / "leaflet.css").read_text(encoding="utf-8")
    text = re.sub(r"background-image:\s*url\([^)]*\);?", "", text)
    return re.sub(r"behavior:\s*url\([^)]*\);?", "", text)


def program(scripts: Sequence[str]) -> str:
    """Return the scripts of a map as one, in a scope of their own."""
    parts = "\n".join(asset(name) for name in scripts)
    return inline_script("(function () {\n'use strict';\n" + parts + "\n})();")


def asset(name: str) -> str:
    """Return a style sheet or script of the maps."""
    return (_ASSETS / name).read_text(encoding="utf-8")


def inline_script(text: str) -> str:
    """Return a script that can't end its own element."""
    return re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE)


def embedded_json(payload: Any) -> str:
    r"""Return JSON that is safe inside a script element, compact.

    >>> embedded_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class PlanFigure(Figure):  # type: ignore[misc, unused-ignore]
    """The page: language, title, policy, style, content and script."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.language }}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY_MARK}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{{ this.title|e }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n"
        "{{ this.html.render(**kwargs) }}\n"
        "<script>{{ this.script.render(**kwargs) }}</script>\n"
        "</body>\n</html>\n"
    )

    def __init__(self, *, title: str, language: str) -> None:
        super().__init__(title=title)
        self.language = language


class PlanMap(folium.Map):  # type: ignore[misc, unused-ignore]
    """A folium map that links to nothing and always has the same name."""

    # folium's own header forbids zooming the page, which people with low vision need.
    _template = Template(
        "{% macro html(this, kwargs) %}"
        '<main class="plan-main"><div class="plan-map" id="{{ this.get_name() }}" role="region" '
        'aria-label="{{ this.label|e }}"></div></main>'
        "{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        'var {{ this.get_name() }} = L.map("{{ this.get_name() }}", '
        "{{ this.options|tojavascript }});"
        "{% endmacro %}"
    )

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(tiles=None, **options)
        self.label = label

    def get_name(self) -> str:
        """Return a fixed name: the same run gives the same bytes."""
        return "planMap"

    def render(self, **kwargs: Any) -> str:
        """Render without the links, switches and styles that folium adds to every page."""
        MacroElement.render(self, **kwargs)  # type: ignore[no-untyped-call]
        return ""


class Verbatim(Element):  # type: ignore[misc, unused-ignore]
    """Text that comes into the page as it is.

    branca reads what a macro returns as a template once more: a terrain called ``{{ 7*7 }}`` would
    be computed. So nothing but folium's own map passes through its templates.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        """Return the text."""
        return self.text


class Inline(Element):  # type: ignore[misc, unused-ignore]
    """Styles, panel, data and scripts of a map, put in the page as they are."""

    def __init__(
        self, *, panel: str, payload: dict[str, Any], theme: Theme, scripts: Sequence[str]
    ) -> None:
        super().__init__()
        self.panel = panel
        self.theme = theme
        self.scripts = scripts
        self.data = embedded_json(payload)

    def render(self, **_: Any) -> str:
        """Add the parts to the figure; after the map, whose script comes first."""
        figure = cast("Figure", self.get_root())
        style = leaflet_style() + root_style(self.theme) + "".join(asset(name) for name in _STYLES)
        data = f'<script type="application/json" id="plan-data">{self.data}</script>'
        figure.header.add_child(Verbatim(f"<style>{style}</style>"), name="style")
        figure.header.add_child(Verbatim(f"<script>{leaflet_script()}</script>"), name="leaflet")
        # Before the map: who comes by the keyboard meets the ways to skip first.
        figure.html.add_child(Verbatim(f"{self.panel}\n{data}"), name="panel", index=0)
        figure.script.add_child(Verbatim(program(self.scripts)), name="program")
        return ""


def rendered(template: str, **fields: Any) -> str:
    """Return a template of the maps with escaped fields."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_ASSETS), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(template).render(**fields)


def sealed(html: str, background: Background | None = None) -> str:
    """Return the page with the policy that allows its own scripts, and images of one place."""
    digests = [hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(html)]
    hashes = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    scripts = " ".join(hashes) or "'none'"
    images = "data:" if background is None else f"data: {background.origin}"
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; "
        f"img-src {images}; base-uri 'none'; form-action 'none'"
    )
    return html.replace(_POLICY_MARK, policy, 1)
