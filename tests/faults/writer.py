"""One of the processes that write to SQLite at the same time: `python -m tests.faults.writer SECONDS REPORT VERSION`.

Saves a draft, submits it and takes it back, again and again and without a pause, through the verbs.
Prints as JSON what was acknowledged (`receipts`: keys of receipts, `version`: the report's) and what was refused.
"""

import json
import sys
import time

import django

django.setup()

from tasks import workflow  # noqa: E402 (needs the settings)
from tasks.models import Report, Submission  # noqa: E402
from tests.builders import key, raw  # noqa: E402
from tests.cast import AT  # noqa: E402


def work(seconds: float, report_id: int, version: int) -> dict[str, object]:
    by = Report.objects.get(pk=report_id).draft.edited_by
    receipts: list[str] = []
    refused: list[str] = []
    slowest = 0.0
    end, turn = time.monotonic() + seconds, 0
    while time.monotonic() < end and not refused:
        turn += 1
        try:
            for verb in ("save", "submit", "withdraw"):
                began = time.monotonic()
                if verb == "save":
                    text = raw(results=f"ㅇ {turn}번째")
                    workflow.save_draft(report_id, by=by, at=AT, version=version, raw=text)
                else:
                    sent = key()
                    if verb == "submit":
                        receipt = workflow.submit([workflow.Item(report_id, version)], by=by, at=AT, key=sent)
                    else:
                        mine = Submission.objects.get(number=receipt.number)
                        workflow.withdraw(mine, by=by, at=AT, key=sent)
                    receipts.append(str(sent))
                version += 1
                slowest = max(slowest, time.monotonic() - began)
        except Exception as error:  # noqa: BLE001 (whatever a person would have seen)
            refused.append(f"{type(error).__name__}: {error}")
    return {"receipts": receipts, "version": version, "refused": refused, "slowest": slowest}


if __name__ == "__main__":
    print(json.dumps(work(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))  # noqa: T201 (its answer)
