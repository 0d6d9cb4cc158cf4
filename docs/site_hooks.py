"""What the site needs beside its pages: formulas, the documents of the root, and the decisions.

A hook of mkdocs, see ``mkdocs.yml``.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
ROOT_PAGES = ("CONTRIBUTING.md", "CHANGELOG.md", "DATA-LICENSES.md")
"""Documents that stand where a repository has them, and in the site beside the other pages."""

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.+?)\\[)\]]</\1>', re.DOTALL)
_FETCHED = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]+"')


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the decisions, whose number says their order."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    config.nav.append({"Decisions": [f"decisions/{page.name}" for page in pages]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Bring in the documents of the root."""
    for name in ROOT_PAGES:
        text = (ROOT / name).read_text(encoding="utf-8")
        # Their links lead from the root, those of a page of the site from docs.
        files.append(File.generated(config, name, content=re.sub(r"\]\(docs/", "](", text)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Lead links out of docs to the documents of the root, which the site has one level lower."""
    up = "../" * page.file.src_uri.count("/")
    for name in ROOT_PAGES:
        markdown = markdown.replace(f"](../{up}{name}", f"]({up}{name}")
    return markdown


def on_page_content(content: str, **_: Any) -> str:
    """Turn formulas into MathML, which browsers draw without any script."""
    return _FORMULA.sub(_mathml, content)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Refuse a page that asks for anything from elsewhere: the site is read without a network."""
    if asked := _FETCHED.search(output):
        raise PluginError(f"{page.file.src_uri} asks for something from elsewhere: {asked[0]}")
    return output


def _mathml(found: re.Match[str]) -> str:
    display = "block" if found[1] == "div" else "inline"
    return str(convert(html.unescape(found[2]).strip(), display=display))
