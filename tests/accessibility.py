"""What axe-core finds against WCAG 2.1 AA in a page that is open in a browser."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from selenium.webdriver import Chrome

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def accessibility_violations(driver: Chrome) -> list[str]:
    """Return one line per violation: rule, what it says, and where."""
    source = files("selenium_axe_python") / "axe-core" / "axe.min.js"
    # Not in the page: its content security policy allows no other script. The driver may.
    driver.execute_script(source.read_text(encoding="utf-8"))
    found: dict[str, Any] = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}}).then(done);",
        _TAGS,
    )
    return [
        f"{rule['id']}: {rule['help']} at {', '.join(node['target'][0] for node in rule['nodes'])}"
        for rule in found["violations"]
    ]
