"""The last minutes before the due time: presses that come at their own moments, from people who do not wait for one
another. Each press's time counts from its moment: a queue before the server counts too."""

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .serving import BROKEN, Browser, Server, share

HANDS = 40  # people pressing at a time; more than the server has threads


@dataclass(frozen=True)
class Press:
    """One form that somebody sends; `cookies` say who."""

    path: str
    fields: Mapping[str, Any]
    cookies: Mapping[str, str]


class Surge:
    """The presses of one surge: who is next, what came of each."""

    def __init__(self, presses: Sequence[Press], rate: float) -> None:
        self.presses, self.rate = presses, rate
        self.lock = threading.Lock()
        self.next = 0
        self.answers: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.receipts: set[str] = set()
        self.took = 0.0

    def run(self, server: Server) -> None:
        """All presses, at so many a second."""
        browsers = [Browser(server) for _ in range(min(HANDS, len(self.presses)))]
        began = time.perf_counter() + 0.2
        hands = [threading.Thread(target=self._press, args=(browser, began)) for browser in browsers]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        self.took = time.perf_counter() - began

    def share(self, part: float) -> float:
        """The seconds within which that part of the presses was answered."""
        return share(self.seconds, part)

    def _press(self, browser: Browser, began: float) -> None:
        """One pair of hands: takes the next press, waits for its moment, sends it."""
        while True:
            with self.lock:
                number, self.next = self.next, self.next + 1
            if number >= len(self.presses):
                return
            moment = began + number / self.rate
            time.sleep(max(0.0, moment - time.perf_counter()))
            self._send(browser, self.presses[number], moment)

    def _send(self, browser: Browser, press: Press, moment: float) -> None:
        browser.cookies = dict(press.cookies)
        try:
            answer = browser.post(press.path, press.fields)
            outcome, location = str(answer.status), answer.location
        except (*BROKEN, TimeoutError) as error:
            outcome, location = type(error).__name__, ""
        with self.lock:
            self.answers[outcome] += 1
            self.seconds.append(time.perf_counter() - moment)
            if location.startswith("/submissions/"):
                self.receipts.add(location.split("/")[2])
