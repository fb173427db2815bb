"""manage.py verify_records: recompute the official record and name the first row that does not hold.

Exit codes: 0 all is well, 1 a row does not hold, 2 the question makes no sense (no such round, no such root).
"""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import translation

from records.models import Seal
from records.verifications import keep
from records.verify import SHORT_ROOT, WHOLE_ROOT, Progress, Run, stream_keys


class Command(BaseCommand):
    help = "Recomputes every chain, receipt, text and seal, names the first bad row of each stream, exits 0 or 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--round", type=int, metavar="N", help="only the round with this number")
        parser.add_argument(
            "--root",
            action="append",
            default=[],
            metavar="R",
            help="a round's root that was kept outside; once for each",
        )
        parser.add_argument("--all", action="store_true", help="go on after the first bad row of a stream")
        parser.add_argument("--no-save", action="store_true", help="keep no result: for a database that is read-only")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            roots = [self._root(text) for text in options["root"]]
            run = Run(only=self._only(options["round"], roots), roots=roots, every=options["all"])
            for progress in run.walk():
                self._show(progress)
            if not options["no_save"]:
                self._keep(run)
            self._tell(run)
        if not run.ok:
            raise SystemExit(1)

    def _only(self, number: int | None, roots: list[str]) -> str:
        if number is None:
            return ""
        if (key := f"round/{number}") not in stream_keys():
            known = ", ".join(key for key in stream_keys() if key.startswith("round/")) or "none"
            raise CommandError(f"There is no record of a round {number}. There is: {known}.", returncode=2)
        for root in roots:
            others = Seal.objects.filter(root__startswith=root).exclude(stream__key=key)
            if (other := others.values_list("stream__key", flat=True).first()) is not None:
                raise CommandError(
                    f"The root {root[:SHORT_ROOT]} is that of {other}. With --round {number} only the root of "
                    f"{key} may be given.",
                    returncode=2,
                )
        return key

    def _root(self, text: str) -> str:
        root = "".join(text.split()).lower()
        if not re.fullmatch(f"[0-9a-f]{{{SHORT_ROOT},{WHOLE_ROOT}}}", root):
            raise CommandError(
                f"A root has {WHOLE_ROOT} characters of 0-9 and a-f, or at least its first {SHORT_ROOT}.", returncode=2
            )
        return root

    def _show(self, progress: Progress) -> None:
        """On a terminal one line for each stream, that changes; else one line for each stream that is through."""
        if progress.ok is None and not self.stdout.isatty():
            return
        outcome = "" if progress.ok is None else "no difference" if progress.ok else "DIFFERS"
        start, end = "\r" if self.stdout.isatty() else "", "" if progress.ok is None else "\n"
        line = f"{start}{progress.stream}: {progress.done:,} of {progress.total:,} events  {outcome}"
        self.stdout.write(line.rstrip(" "), ending=end)

    def _keep(self, run: Run) -> None:
        try:
            keep(run)
        except DatabaseError as error:
            self.stderr.write(f"The result could not be kept, so the portal does not show it ({error}). See --no-save.")

    def _tell(self, run: Run) -> None:
        for finding in run.findings:
            if finding.is_difference:
                self.stderr.write(self.style.ERROR(f"{finding.stream or 'all streams'}: {finding.line()}"))
            else:
                self.stderr.write(self.style.WARNING(f"Warning. {finding.line()}"))
        self._tell_compared(run)
        counted = "".join(f", {count:,} {name}" for name, count in run.counts.items())
        verdict = "The record holds" if run.ok else "The record does not hold"
        streams = "1 stream" if len(run.checked) == 1 else f"{len(run.checked)} streams"
        self.stdout.write(f"{verdict}: {streams}, {run.events:,} events{counted}, {run.seconds:.1f} s.")

    def _tell_compared(self, run: Run) -> None:
        """Of each sealed round, whether a root proves it: where one was left out, a rewritten record looks whole."""
        without = "none of the roots given is its own" if run.unborne else "no root was given"
        for key, root in run.compared.items():
            if not root:
                self.stdout.write(f"{key}: {without}, only its own consistency is shown.")
                continue
            self.stdout.write(f"{key} matches the root given.")
            if len(root) < WHOLE_ROOT:
                given = f"{len(root)} of its {WHOLE_ROOT} characters were given"
                self.stdout.write(
                    f"  {given}. They prove less: another record with the same ones can be found by trial."
                )
