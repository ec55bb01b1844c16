"""Citizens who report without pause while something is broken on purpose."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.drill import Ledger, Reporting, Unheard
from tests.journeys.house import House, wait_for

CITIZENS = 3


class Crowd:
    """Citizens who report without pause, each retrying until they have their receipt."""

    def __init__(self, house: House, ledger: Ledger, *, pause: float = 0.3) -> None:
        """`pause`: seconds before a citizen tries again. (Whoever sends without pause is held off after a while.)"""
        self.house, self.ledger, self.pause = house, ledger, pause
        self.tries: Counter[str] = Counter()
        self.problems: list[BaseException] = []
        self._over = threading.Event()

    @contextmanager
    def reporting(self) -> Iterator["Crowd"]:
        """Report while the body runs; at the end each finishes what was begun."""
        threads = [threading.Thread(target=self._report_on, name=f"citizen {number}") for number in range(CITIZENS)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in threads:
                thread.join(120)

    def _report_on(self) -> None:
        while not self._over.is_set() and not self.problems:
            try:
                self._report()
            except BaseException as problem:
                self.problems.append(problem)

    def _report(self) -> None:
        report, end = Reporting(self.house, self.ledger), time.monotonic() + 60
        while True:
            try:
                report.once()
            except Unheard as unheard:
                self.tries[type(unheard.__cause__).__name__] += 1
                assert time.monotonic() < end, "a citizen got no receipt within a minute"
                time.sleep(self.pause)
            else:
                self.tries["receipt"] += 1
                return

    def wait_normal(self, *, since: float, before: int, within: float = 40) -> float:
        """Wait until every citizen got receipts again since `before` of them and all works; gives the seconds."""
        seconds: float = wait_for(lambda: self._since_when_normal(since, before), seconds=within, what="normal work")
        return seconds

    def _since_when_normal(self, since: float, before: int) -> float | None:
        works = self.tries["receipt"] >= before + 2 * CITIZENS and self.house.works()
        return time.monotonic() - since if works or self.problems else None
