"""The network is cut while a command fetches, or there is none."""

from __future__ import annotations

from tests.faults.bench import Bench, BrokenPromiseError
from tests.faults.harm import Harm, Moment
from tests.faults.job import Job
from tests.faults.jobs import DataFetch
from tests.fetch.server import Answer, Server, in_turn


class NetworkCut(Harm):
    """The server of a publisher cuts, goes silent for a moment, answers with faults, or is gone."""

    name = "network cut"

    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        assert isinstance(job, DataFetch)
        cut = moment.chance.randrange(len(job.content))
        broken = moment.chance.choice(
            (Answer(job.content, cut_after=cut), Answer(status=503), Answer(silence_seconds=1.0))
        )
        with Server(in_turn(broken, Answer(job.content))).serving() as server:
            job.url = server.url
            started = job.start(bench)
            if moment.chance.random() < 0.5:
                outcome = started.end()
            else:  # and the program is killed as well
                started.sleep(moment.within(1.5))
                started.kill()
                outcome = started.end()
        if outcome.code >= 0:
            self.judge(outcome)
        job.acknowledge(bench, outcome)


class NetworkGone(Harm):
    """Nobody answers at the address."""

    name = "no network"

    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        del moment
        assert isinstance(job, DataFetch)
        with Server(in_turn(Answer())).serving() as server:
            job.url = server.url
        outcome = job.start(bench).end()
        self.judge(outcome)
        if not outcome.code:
            raise BrokenPromiseError("it says that it fetched from nowhere")
