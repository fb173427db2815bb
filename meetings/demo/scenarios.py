"""The demo's draft of a scenario: a sample, and said to be one in every text. Its figures are those of scenario A as
it was published later, so that nothing in it claims to be a fact of March 2021."""

from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ministries.models import Ministry, User
from scenarios import groups, workflow
from scenarios.drafting import VersionDraft, draft_of
from scenarios.models import Scenario, ScenarioVersion

from .script import moment, sample

SCENARIO = "2050-A"
DRAFTED, SIGNED, CIRCULATED, COMMENTED = "2021-03-11 10:00", "2021-03-12 15:00", "2021-03-15 09:30", "2021-03-15 16:20"
UNTIL = "2021-03-26 18:00"
NOTE = ["의견조회 화면을 보이기 위한 안", "수치는 A안을 그대로 옮긴 것으로 사실이 아님"]
NOTE_EN = [
    "a version that shows how comments are asked for",
    "its figures are those of scenario A, and no fact of this day",
]
REMARK = ["부문 수치 확인함"]
COMMENT = ["흡수원 수치의 산정 근거를 부속자료로 첨부하여 주기 바람"]
OBJECTION = ["원단위 전제를 다시 확인할 필요"]


def load(people: dict[str, User]) -> None:
    """One version of scenario A, drafted by the office, circulated, with the words of two divisions and the comment of
    one ministry."""
    office = people["coordinator"]
    scenario = Scenario.objects.get(code=SCENARIO)
    head = VersionDraft(sample(NOTE), sample(NOTE_EN, "en"), *_totals(scenario))
    receipt = workflow.draft_version(scenario.pk, head, **_who(office, DRAFTED, "draft"))
    version = ScenarioVersion.objects.get(pk=receipt.event.object_id)
    _call_samples(version, office)
    seen = ScenarioVersion.objects.get(pk=version.pk).version
    words = ((True, REMARK), (False, OBJECTION))
    for division, (agrees, text) in zip(groups.divisions(), words, strict=False):
        told: dict[str, Any] = {"agrees": agrees, "text": sample(text), "version": seen}
        name = f"sign-off/{division.code}"
        workflow.sign_off_version(version.pk, division.pk, **told, **_who(office, SIGNED, name))
    asked: dict[str, Any] = {"until": moment(UNTIL), "version": seen, "seen": None}
    workflow.circulate_version(version.pk, **asked, **_who(office, CIRCULATED, "circulate"))
    kfs = Ministry.objects.get(code="KFS")
    said: dict[str, Any] = {"ministry": kfs.pk, "sector": "SNK", "text": sample(COMMENT)}
    workflow.comment_on_version(version.pk, **said, **_who(people["kfs-officer"], COMMENTED, "comment"))


def _totals(scenario: Scenario) -> tuple[Any, Any]:
    last = scenario.versions.order_by("no").last()
    return (last.stated_total, last.stated_gross) if last else (None, None)


def _call_samples(version: ScenarioVersion, office: User) -> None:
    """Every copied figure says that it is a sample, and is no figure that was seen in a source."""
    stands = draft_of(version, version.figures.select_related("sector").order_by("order"))
    figures = tuple(replace(row, source=sample(["A안에서 옮김"]), verified="B") for row in stands.figures)
    drafted = replace(stands, figures=figures)
    workflow.change_figures(version.pk, drafted, version=version.version, **_who(office, DRAFTED, "figures"))


def _who(by: User, at: str, name: str) -> dict[str, Any]:
    return {"by": by, "at": moment(at), "key": _key(name)}


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo/scenarios/{name}")
