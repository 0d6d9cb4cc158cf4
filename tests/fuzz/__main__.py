"""Try damaged files, odd arguments and odd forms for as long as is asked.

``python -m tests.fuzz --seconds 600 --seed 1``. Rounds with other inputs each follow on each other;
a failure prints the input and ends with exit code 1. LAADVRAAG_TEST_DB may name a database with a
run, which saves making one in every round.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

_EFFORT = 10
"""Times the inputs of the suite, in a round."""


def main() -> None:
    """Run rounds until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=600, help="after which no round is begun")
    parser.add_argument(
        "--seed", type=int, default=1, help="of the first round; then one more each"
    )
    parser.add_argument("--effort", type=int, default=_EFFORT, help="times the inputs of the suite")
    parser.add_argument("--only", default="", metavar="WORDS", help="which tests, as pytest -k")
    asked = parser.parse_args()
    begin, seed, failed = time.monotonic(), asked.seed, False
    while time.monotonic() - begin < asked.seconds:
        command = [
            sys.executable, "-m", "pytest", "tests/fuzz", "-q", "-p", "no:cacheprovider",
            f"--hypothesis-seed={seed}", "-k", asked.only,
        ]  # fmt: skip
        environment = os.environ | {"LAADVRAAG_FUZZ_EFFORT": str(asked.effort)}
        sys.stdout.write(f"round with seed {seed}\n")
        sys.stdout.flush()
        failed |= subprocess.run(command, env=environment, check=False).returncode != 0
        seed += 1
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
