"""One run of all measurements on the database that DATABASE_URL names: a process of its own for each database.

`python -m bench.run RESULT.json [--quick | --queries]`
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 (Django first)
from django.urls import Resolver404, resolve  # noqa: E402
from django.utils.encoding import iri_to_uri  # noqa: E402

from tasks.models import Report, Submission  # noqa: E402

from . import measuring, pages, subject, weighing, writing  # noqa: E402
from .building import PROXY  # noqa: E402
from .measuring import Measured, Patience, expect, in_turns  # noqa: E402
from .middleware import ASKS, IN_DATABASE, QUERIES  # noqa: E402
from .pages import ANSWER, INSERT, PAGES, Page  # noqa: E402
from .results import Export, Result, SurgeOutcome, Visit, Worker  # noqa: E402
from .serving import LOGIN, Answer, Browser, CookieNames, Server  # noqa: E402
from .surge import Surge  # noqa: E402

PASSWORD = "demo-2050"  # noqa: S105 (that of the simulated people, who are refused in production)
WORKERS = 4  # twice the cores: half of a submission is waiting for the database
RATE, SURGE_SECONDS = 50, 6  # quality.md 9
SUBMISSIONS = 20  # one after the other
COUNTED = {ASKS.replace("-", "_"): "1"}


class Run:
    """The server, the people in front of it, and what was found so far. `timed`: not the queries alone."""

    def __init__(self, server: Server, patience: Patience, *, timed: bool) -> None:
        names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
        self.server, self.patience, self.timed, self.names = server, patience, timed, CookieNames(*names)
        self.subject, self.result = subject.find(), Result()
        self.officers = subject.officers_by_ministry()
        self.browsers = {
            who: self.browser().sign_in(user.username, PASSWORD) for who, user in self.subject.people.items()
        }
        say("signed in: " + ", ".join(user.username for user in self.subject.people.values()))

    def browser(self) -> Browser:
        made = Browser(self.server, names=self.names)
        made.cookies[self.names.language] = "ko"
        return made

    def measure(
        self, row: Measured, ask: Callable[..., Answer], floor: Callable[[], Answer], patience: Patience
    ) -> None:
        """One row of the table: asked once, once for its queries, and then in turns with its floor."""
        ask()
        counted = ask(**COUNTED)
        queries, waited = counted.headers[QUERIES.lower()], counted.headers[IN_DATABASE.lower()]
        row = replace(row, queries=int(queries), database_ms=float(waited), raw=len(counted.content))
        row = replace(row, packed=weighing.packed(counted.content) if counted.content else 0)
        if self.timed:
            below, times = in_turns(floor, ask, patience)
            row = replace(row, below=below, page=times)
            say(
                f"{row.name}: {times.median:.1f} ms, floor {below.median:.1f} ms, ratio {row.ratio:.2f}, "
                f"{row.queries} queries in {row.database_ms:.0f} ms"
            )
        self.result.measured.append(row)

    # Pages

    def pages(self) -> None:
        """Every page whose address stands."""
        for page in PAGES:
            try:
                resolve(page.address.format_map(self.subject.places | {"seen": "", "older": ""}).partition("?")[0])
            except Resolver404:
                self.result.absent.append(page.name)
                continue
            try:
                self.page(page)
            except measuring.WrongAnswer as error:
                self.result.wrong.append(f"{page.name}: {error}")
                say(self.result.wrong[-1])

    def address(self, page: Page) -> str:
        places = self.subject.places
        if page.polls:
            places = places | subject.seen_on_board(self.browsers[page.who])
        return iri_to_uri(page.address.format_map(places)) or ""

    def page(self, page: Page) -> None:
        """Measure one page: asked over and over by a browser that is signed in."""
        browser, address = self.browsers[page.who], self.address(page)

        def ask(**more: str) -> Answer:
            """The page once; a poll again where a minute went by, which the board tells."""
            nonlocal address
            answer = browser.get(address, **page.headers, **more)
            if page.polls and answer.status != page.status:  # a minute went by, which the board tells
                address = self.address(page)
                answer = browser.get(address, **page.headers, **more)
            return expect(page.status, answer, page.address)

        def floor() -> Answer:
            return expect(204 if page.floor == ANSWER else 200, browser.get(page.floor), page.floor)

        row = Measured(page.name, page.address, page.floor, page.within, is_board=page.is_board)
        self.measure(row, ask, floor, self.patience)

    # Writing

    def writing(self) -> None:
        """A draft that is saved while one types, and submissions one after the other, against a bare insert."""
        typist = writing.Typist(self.browsers["officer"], self.subject.draft)

        def insert() -> Answer:
            return expect(204, typist.insert(), INSERT)

        def save(**headers: str) -> Answer:
            return expect(200, typist.save(**headers), "saving a draft")

        self.measure(Measured("A draft saved", "/reports/{draft}/draft/", INSERT, 4), save, insert, self.patience)
        presses = writing.presses(self.ready(min(SUBMISSIONS, self.patience.most) + 3), self.officers)
        waiting = iter(presses)
        browser = self.browser()

        def submit(**headers: str) -> Answer:
            press = next(waiting)
            browser.cookies = dict(press.cookies)
            return expect(302, browser.post(press.path, press.fields, **headers), "submitting")

        row = Measured("A submission", "/my-tasks/submit/", INSERT, None)
        self.measure(row, submit, insert, replace(self.patience, least=1, most=len(presses) - 3))

    def ready(self, number: int) -> list[Report]:
        """So many reports with a draft that may go, each used once. Less where the round has no more of them."""
        made = writing.prepare(self.subject.sendable, self.officers, number)
        used = {report.pk for report in made}
        rest = [report for report in self.subject.sendable if report.pk not in used]
        self.subject = replace(self.subject, sendable=rest)
        return made

    def surge(self, number: int) -> None:
        """Everybody at once (quality.md 9)."""
        ready = self.ready(number)
        if not ready:
            self.result.wrong.append("No report was left for the surge.")
            return
        before = Submission.objects.count()
        surge = Surge(writing.presses(ready, self.officers), RATE)
        say(f"surge: {len(ready)} submissions at {RATE} a second")
        surge.run(self.server)
        p50, p95, p99 = (surge.share(part) for part in (0.5, 0.95, 0.99))
        rows, acknowledged = Submission.objects.count() - before, len(surge.receipts)
        answered = len(ready) / surge.took
        self.result.surge = SurgeOutcome(
            len(ready), RATE, answered, p50, p95, p99, dict(surge.answers), acknowledged, rows
        )
        say(f"surge: p95 {p95:.2f} s, p99 {p99:.2f} s, answered at {answered:.0f} a second, {dict(surge.answers)}")

    # Bytes and memory

    def first_visits(self) -> None:
        """With an empty cache: the page where one signs in, and the one where one lands."""
        login = self.browser().get(LOGIN)
        for page in (page for page in PAGES if page.name in pages.FIRST_VISITS):
            browser = self.browsers[page.who]
            cache, landed = weighing.Cache(browser), browser.get(self.address(page))
            files = cache.load(login.text) + cache.load(landed.text)
            both = weighing.packed(login.content) + weighing.packed(landed.content)
            self.result.visits.append(Visit(page.name, both, files))

    def exports(self) -> None:
        """Each file that the pages offer: the memory that they took is measured afterwards."""
        for pattern in pages.EXPORTS:
            address = self.subject.address(pattern)
            try:
                resolve(address)
            except Resolver404:
                self.result.absent.append(address)
                continue
            answer = self.browsers["coordinator"].get(address)
            if answer.status != 200:
                self.result.wrong.append(f"{address} answered {answer.status}.")
            self.result.exports.append(Export(address, len(answer.content), 1000 * answer.seconds))

    def memory(self) -> None:
        """What each worker holds after all of it; nothing where there is no /proc."""
        for pid in self.server.workers():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
            held = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines)}
            self.result.workers.append(Worker(held["Rss"], held["Pss"]))


def say(text: str) -> None:
    """Progress, one line each."""
    print(f"  {text}", flush=True)  # noqa: T201 (the terminal is its page)


def main(arguments: list[str]) -> None:
    """Start a server, measure everything in front of it, and write what was found to the path that is named first."""
    path, quick, timed = Path(arguments[0]), "--quick" in arguments, "--queries" not in arguments
    server = Server("tfportal.wsgi", env=os.environ, options=[f"--workers={WORKERS}"], headers=PROXY)
    with server:
        run = Run(server, measuring.QUICK if quick else Patience(), timed=timed)
        run.pages()
        run.writing()
        if timed:
            run.first_visits()
            run.exports()
            run.surge(5 if quick else RATE * SURGE_SECONDS)
        run.memory()
        run.result.load = os.getloadavg()[0]
        if "Traceback" in server.printed():
            run.result.wrong.append(f"The server's log has errors:\n{server.printed()[-3000:]}")
    run.result.write(path)


if __name__ == "__main__":
    main(sys.argv[1:])
