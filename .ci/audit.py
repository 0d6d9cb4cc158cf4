"""Ask whether known vulnerabilities are among the installed packages, by pip-audit.

A found one fails. Where the service can't be reached, or knows none of the packages, that is said
and nothing fails: it says something of the network, nothing of the packages.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

_LONGEST_SECONDS = 300


def verdict(report: dict[str, Any]) -> tuple[bool, str]:
    """Return whether the packages of a report of pip-audit may be used, and why, in a sentence."""
    packages = report["dependencies"]
    audited = [package for package in packages if "skip_reason" not in package]
    found = [
        f"{package['name']} {package['version']}: {vulnerability['id']}"
        f" (mended in {', '.join(vulnerability['fix_versions']) or 'no version yet'})"
        for package in audited
        for vulnerability in package["vulns"]
    ]
    if found:
        return False, "known vulnerabilities:\n  " + "\n  ".join(found)
    if not audited:
        reasons = sorted({package["skip_reason"] for package in packages})
        return True, f"skipped: none of {len(packages)} packages was audited ({reasons[:1]})"
    return True, f"no known vulnerability in {len(audited)} of {len(packages)} packages"


def main() -> int:
    """Audit the environment of this Python; return the exit code."""
    command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json", "--timeout", "10"]
    command += ["--progress-spinner", "off"]
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours
            command, capture_output=True, text=True, check=False, timeout=_LONGEST_SECONDS
        )
        may_be_used, why = verdict(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        may_be_used, why = True, f"skipped: no answer within {_LONGEST_SECONDS} s"
    except ValueError:  # no report came: its last line says why
        last = done.stderr.strip().splitlines()[-1:] or ["pip-audit said nothing"]
        may_be_used, why = True, f"skipped: {last[0]}"
    sys.stdout.write(f"{why}\n")
    return 0 if may_be_used else 1


if __name__ == "__main__":
    sys.exit(main())
