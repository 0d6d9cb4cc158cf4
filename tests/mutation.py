"""How many faults put into `models/` the tests of it notice: `python -m tests.mutation`.

Mutmut makes some five thousand small faults; a sample of each module, drawn with a seed, is tried
with the quick tests of ``tests/models``. The score is that of all faults: modules weigh by their
size. Run from the root of the repository.

The interval is that of a stratified sample without replacement, at 95 % [1].

References
----------
.. [1] W.G. Cochran, Sampling Techniques, 3rd edition, Wiley 1977, section 5.3.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mutmut.stats import status_by_exit_code

FOLDER: Final = Path("mutants")
WANTED_SCORE: Final = 0.75
_LEAST_PER_MODULE: Final = 5
_BATCHES: Final = 2
_SMALLEST: Final = "mix"
_Z_95: Final = 1.96
_LATE: Final = "timeout"
_NOTICED: Final = {"killed", _LATE, "segfault", "caught by type check"}


@dataclass
class Module:
    """The faults of one module: all, and what came of those that were tried, by name."""

    name: str
    faults: Sequence[str]
    tried: dict[str, str] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Part of the tried faults that the tests noticed."""
        return sum(came in _NOTICED for came in self.tried.values()) / len(self.tried)

    @property
    def variance(self) -> float:
        """Variance of the score as an estimate of that of all faults."""
        tried, score = len(self.tried), self.score
        unseen = 1 - tried / len(self.faults)
        return unseen * score * (1 - score) / max(tried - 1, 1)


def draw(modules: Iterable[Module], sample: int, seed: int) -> list[list[str]]:
    """Return batches of faults, each with its share of every module."""
    modules = list(modules)
    all_faults = sum(len(module.faults) for module in modules)
    batches: list[list[str]] = [[] for _ in range(_BATCHES)]
    for module in modules:
        wanted = max(_LEAST_PER_MODULE, round(sample * len(module.faults) / all_faults))
        shuffled = sorted(module.faults)
        random.Random(f"{seed} {module.name}").shuffle(shuffled)  # noqa: S311 - a sample, no secret
        for number, name in enumerate(shuffled[:wanted]):
            batches[number % _BATCHES].append(name)
    return batches


def overall(modules: Iterable[Module]) -> tuple[float, float]:
    """Return the score of all faults and the half width of its interval at 95 %."""
    modules = [module for module in modules if module.tried]
    total = sum(len(module.faults) for module in modules)
    weights = [len(module.faults) / total for module in modules]
    score = sum(weight * each.score for weight, each in zip(weights, modules, strict=True))
    variance = sum(weight**2 * each.variance for weight, each in zip(weights, modules, strict=True))
    return score, _Z_95 * math.sqrt(variance)


def read_outcomes() -> dict[str, dict[str, int | None]]:
    """Return the exit code of each fault by module; None for those not tried."""
    return {
        path.name.removesuffix(".py.meta"): json.loads(path.read_text())["exit_code_by_key"]
        for path in sorted((FOLDER / "models").glob("*.py.meta"))
    }


def try_faults(names: Sequence[str]) -> None:
    """Let mutmut make the faults, and try those named with one worker."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def report(modules: Mapping[str, Module], minutes: float, *, is_whole: bool) -> str:
    """Return the scores as a table, and the faults that no test noticed."""
    lines = ["module                faults  tried  noticed"]
    lines += [
        f"{each.name:20}  {len(each.faults):6}  {len(each.tried):5}  {each.score:7.0%}"
        for each in modules.values()
        if each.tried
    ]
    score, half_width = overall(modules.values())
    tried = sum(len(each.tried) for each in modules.values())
    lines.append(
        f"all: {score:.1%} +/- {half_width:.1%} of the faults are noticed ({tried} tried in "
        f"{minutes:.0f} minutes{'' if is_whole else '; time was up before all were'})"
    )
    outcomes = [(name, came) for each in modules.values() for name, came in each.tried.items()]
    late = sum(came == _LATE for _, came in outcomes)
    lines.append(f"{late} of them by the limit of time, which a busy machine reaches by itself")
    missed = [name for name, came in outcomes if came not in _NOTICED]
    lines += ["not noticed (`mutmut show NAME` tells each):", *(f"  {name}" for name in missed)]
    return "\n".join(lines)


def main() -> None:
    """Draw, try and report; exit code 1 below the wanted score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sample", type=int, default=300, help="faults to try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=45, help="after which no batch is begun")
    parser.add_argument("--module", action="append", help="only of this one; may be repeated")
    asked = parser.parse_args()
    begin = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)  # faults and tests of before
    try_faults([f"models.{_SMALLEST}.*"])  # makes the faults of all on the way
    modules = {
        name: Module(name, list(codes))
        for name, codes in read_outcomes().items()
        if codes and (not asked.module or name in asked.module)
    }
    is_whole = True
    for batch in draw(modules.values(), asked.sample, asked.seed):
        if (time.monotonic() - begin) / 60 > asked.minutes:
            is_whole = False
            break
        try_faults(batch)
        codes = read_outcomes()
        for name in batch:
            module = name.split(".")[1]
            modules[module].tried[name] = status_by_exit_code[codes[module][name]]
    if not any(module.tried for module in modules.values()):
        sys.exit(
            "the time was up before any fault was tried: give --minutes more, or a free machine"
        )
    sys.stdout.write(report(modules, (time.monotonic() - begin) / 60, is_whole=is_whole) + "\n")
    sys.exit(int(overall(modules.values())[0] < WANTED_SCORE))


if __name__ == "__main__":
    main()
