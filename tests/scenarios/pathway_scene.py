"""A scenario of the cast with a version in each stage, brought there by the verbs.

Two sectors besides CCUS of the cast: 전환 and 흡수원, so that a version has something below zero. Scenario `2050-A` has a
loaded, published version 1; a draft made of it is version 2.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from ministries.models import Ministry, User
from records.verify import Run
from scenarios import workflow
from scenarios.contents import SCENARIO
from scenarios.drafting import FigureDraft, VersionDraft, draft_of
from scenarios.models import (
    Division,
    Scenario,
    ScenarioComment,
    ScenarioVersion,
    SectorFigure,
    WorkingGroup,
)
from scenarios.standing import read
from tasks.models import Sector
from tests import builders
from tests.builders import key
from tests.cast import TaskForce

LOADED = "a" * 64  # as the reference file leaves it
VINTAGE = "2018년 인벤토리"
ROWS = (("TRN", "전환", "20.7"), ("CCU", "CCUS", "51.1"), ("SNK", "흡수원", "-71.8"))
STAGES = ("loaded", "draft", "circulated", "recalled", "commented", "answered", "published", "withdrawn")


def sectors() -> dict[str, Sector]:
    if not Sector.objects.filter(code="SNK").exists():
        for order, (code, ko, en) in enumerate(
            (("TRN", "전환", "Energy transition"), ("SNK", "흡수원", "Carbon sinks")), 2
        ):
            builders.sector(code, ko=ko, en=en)
            Sector.objects.filter(code=code).update(order=order)
    return {row.code: row for row in Sector.objects.all()}


def loaded(code: str = "2050-A", *, no: int = 1, **more: Any) -> ScenarioVersion:
    """A published version as the reference file writes it, with its scenario and three figures that sum to nought."""
    known = sectors()
    columns: dict[str, Any] = {"order": Scenario.objects.count() + 1, "kind": "scenario", "year": 2050}
    columns |= {"name_ko": f"{code}안", "name_en": f"Scenario {code}", "loaded_digest": LOADED, "verified": "V"}
    scenario, _made = Scenario.objects.get_or_create(code=code, defaults=columns)
    head: dict[str, Any] = {"code": f"{code}-{no}", "no": no, "stated_total": "0.0", "is_published": True}
    version = ScenarioVersion.objects.create(scenario=scenario, loaded_digest=LOADED, **(head | more))
    for order, (sector, name, value) in enumerate(ROWS, 1):
        SectorFigure.objects.create(
            of=version,
            order=order,
            sector=known[sector],
            name_ko=name,
            name_en=known[sector].name_en,
            value=value,
            vintage_ko=VINTAGE,
            source="https://example.org/a",
            verified="V" if order == 1 else "B",
            loaded_digest=LOADED,
        )
    return fresh(version)


def divisions() -> list[Division]:
    group, _made = WorkingGroup.objects.get_or_create(
        code="TWG", defaults={"name_ko": "기술작업반", "name_en": "Group"}
    )
    names = (("TWG-01", "총괄 분과", "General"), ("TWG-02", "전환 분과", "Energy transition"))
    return [
        Division.objects.get_or_create(
            code=code, defaults={"group": group, "order": order, "name_ko": ko, "name_en": en}
        )[0]
        for order, (code, ko, en) in enumerate(names, 1)
    ]


def fresh(version: ScenarioVersion) -> ScenarioVersion:
    return ScenarioVersion.objects.select_related("scenario").get(pk=version.pk)


def head(**more: Any) -> VersionDraft:
    columns: dict[str, Any] = {"note_ko": "표본", "stated_total": Decimal("0.0")}
    return VersionDraft(**(columns | more))


def draft(version: ScenarioVersion, *, by: User, at: datetime, **more: Any) -> ScenarioVersion:
    """A new version of the same scenario."""
    receipt = workflow.draft_version(version.scenario_id, head(**more), by=by, at=at, key=key())
    return fresh(ScenarioVersion(pk=receipt.event.object_id))


def stands(version: ScenarioVersion) -> VersionDraft:
    """The version as its form shows it."""
    return draft_of(fresh(version), version.figures.select_related("sector").order_by("order"))


def change(version: ScenarioVersion, drafted: VersionDraft, *, by: User, at: datetime, seen: int | None = None) -> Any:
    seen = fresh(version).version if seen is None else seen
    return workflow.change_figures(version.pk, drafted, by=by, at=at, key=key(), version=seen)


def row(version: ScenarioVersion, value: str, sector: str = "TRN", **more: Any) -> FigureDraft:
    """The version's row of the sector with another value."""
    found = next(one for one in stands(version).figures if one.sector == sector)
    return FigureDraft(
        **({name: getattr(found, name) for name in found.__dataclass_fields__} | {"value": Decimal(value)} | more)
    )


def with_value(version: ScenarioVersion, value: str, sector: str = "TRN") -> VersionDraft:
    """The version with another value of one sector."""
    now = stands(version)
    figures = tuple(row(version, value, sector) if one.sector == sector else one for one in now.figures)
    return VersionDraft(now.note_ko, now.note_en, now.stated_total, now.stated_gross, figures)


def circulate(version: ScenarioVersion, *, by: User, at: datetime, until: datetime | None = None) -> ScenarioVersion:
    now = fresh(version)
    told: dict[str, Any] = {
        "until": until or at + timedelta(days=3),
        "version": now.version,
        "seen": now.comments_until,
    }
    workflow.circulate_version(version.pk, by=by, at=at, key=key(), **told)
    return fresh(version)


def sign(
    version: ScenarioVersion, division: Division, *, by: User, at: datetime, agrees: bool = True, text: str = ""
) -> Any:
    seen = fresh(version).version
    more: dict[str, Any] = {"agrees": agrees, "text": text, "version": seen}
    return workflow.sign_off_version(version.pk, division.pk, by=by, at=at, key=key(), **more)


def comment(
    version: ScenarioVersion,
    ministry: Ministry,
    *,
    by: User,
    at: datetime,
    text: str = "상향 검토",
    sector: str = "TRN",
) -> ScenarioComment:
    told: dict[str, Any] = {"sector": sector, "text": text}
    workflow.comment_on_version(version.pk, by=by, at=at, key=key(), ministry=ministry.pk, **told)
    return ScenarioComment.objects.latest("pk")


def answer(
    said: ScenarioComment, *, by: User, at: datetime, kind: str = "partly", reason: str = "자료 확인 뒤 반영"
) -> Any:
    seen = said.answers.order_by("pk").values_list("pk", flat=True).last() or 0
    return workflow.answer_scenario_comment(said.pk, by=by, at=at, key=key(), kind=kind, reason=reason, seen=seen)


def publish(version: ScenarioVersion, *, by: User, at: datetime, reason: str = "") -> ScenarioVersion:
    now = fresh(version)
    told: dict[str, Any] = {"version": now.version, "seen": read(now, at=at).mark, "reason": reason}
    workflow.publish_version(version.pk, by=by, at=at, key=key(), **told)
    return fresh(version)


def withdraw(version: ScenarioVersion, *, by: User, at: datetime, reason: str = "통합안으로 대체") -> ScenarioVersion:
    told: dict[str, Any] = {"version": fresh(version).version, "reason": reason}
    workflow.withdraw_version(version.pk, by=by, at=at, key=key(), **told)
    return fresh(version)


def recall(version: ScenarioVersion, *, by: User, at: datetime, reason: str = "전환 수치 재산정") -> ScenarioVersion:
    told: dict[str, Any] = {"version": fresh(version).version, "reason": reason}
    workflow.recall_version(version.pk, by=by, at=at, key=key(), **told)
    return fresh(version)


def bring_more(office: User, at: datetime) -> ScenarioVersion:
    """A draft of a loaded version without 전환, and with a row that no published version has, before the others."""
    version = draft(ScenarioVersion.objects.select_related("scenario").get(no=1), by=office, at=at)
    now = stands(version)
    more = FigureDraft(name_ko="탈루 등", value=Decimal("0.7"), vintage_ko=VINTAGE, source="가", field="f9")
    figures = (more, *now.figures[1:])
    change(
        version, VersionDraft(now.note_ko, now.note_en, now.stated_total, now.stated_gross, figures), by=office, at=at
    )
    return fresh(version)


def bring(stage: str, task_force: TaskForce, *, at: datetime) -> ScenarioVersion:
    """A version in one of STAGES; from `draft` on it is number 2."""
    people, me = task_force.people, task_force.ministries["ME"]
    office = people["coordinator"]
    version = loaded()
    signing = divisions()
    if stage == "loaded":
        return version
    version = draft(version, by=office, at=at)
    if stage == "draft":
        return version
    if stage == "withdrawn":
        return withdraw(version, by=office, at=at)
    circulate(version, by=office, at=at)
    if stage == "recalled":
        return recall(version, by=office, at=at)
    if stage in ("commented", "answered", "published"):
        said = comment(version, me, by=people["me_officer"], at=at)
        if stage != "commented":
            answer(said, by=office, at=at)
    if stage == "published":
        for division in signing:
            sign(version, division, by=office, at=at)
        publish(version, by=office, at=at, reason="의견 조회를 앞당겨 마침")
    return fresh(version)


def differences(version: ScenarioVersion) -> list[str]:
    """What verifying the scenario's stream finds."""
    run = Run(only=SCENARIO.key(version.scenario), every=True)
    for _progress in run.walk():
        pass
    assert run.checked[SCENARIO.key(version.scenario)]["events"], "nothing was verified"
    return [found.line() for found in run.findings if found.is_difference]


# For the table of who may go where: places `scenario_draft`, `scenario_circulated`, …


READING = frozenset(
    "list_scenarios export_scenarios compare_scenarios show_sector_pathway show_scenario show_version".split()
)
WRITING = frozenset(
    """draft_version change_figures check_sums sign_off_version circulate_version recall_version comment_on_version
    answer_scenario_comment publish_version withdraw_version""".split()
)
ADDRESSES = READING | WRITING


def address(name: str) -> str:
    version = ScenarioVersion.objects.order_by("pk").last()
    assert version is not None
    code = version.scenario.code
    arguments: dict[str, list[Any]] = {
        "list_scenarios": [],
        "compare_scenarios": [],
        "export_scenarios": ["csv"],
        "show_sector_pathway": ["TRN"],
        "show_scenario": [code],
        "show_version": [code, version.no],
        "draft_version": [code],
        "answer_scenario_comment": [ScenarioComment.objects.get().pk if ScenarioComment.objects.exists() else 1],
    }
    return reverse(name, args=arguments.get(name, [version.pk]))


def body(name: str) -> dict[str, Any]:
    """What each form sends, so that whoever may do it succeeds."""
    version = ScenarioVersion.objects.order_by("pk").last()
    assert version is not None
    figures = with_value(version, "20.8").figures
    sent = {
        f"f{place}-{name}": "" if value is None else str(value)
        for place, one in enumerate(figures)
        for name, value in ({"pk": one.pk, "sector": one.sector} | one.columns).items()
    }
    seen = " ".join(read(version, at=builders.kst(2021, 3, 16, 14)).mark)
    until = version.comments_until.isoformat() if version.comments_until else ""
    forms: dict[str, dict[str, Any]] = {
        "draft_version": {"note_ko": "표본", "stated_total": "0.0"},
        "change_figures": {"stated_total": "0.0", **sent},
        "sign_off_version": {"division": divisions()[0].pk, "agrees": "yes"},
        "circulate_version": {"until": "2021-03-30T18:00", "seen": until},
        "comment_on_version": {"ministry": "ME", "sector": "TRN", "text": "상향 검토"},
        "answer_scenario_comment": {"kind": "taken_up", "reason": "반영함", "seen": "0"},
        "publish_version": {"sure": "yes", "seen": seen, "reason": "의견 조회를 앞당겨 마침"},
        "recall_version": {"reason": "전환 수치 재산정"},
        "withdraw_version": {"reason": "통합안으로 대체"},
    }
    return forms.get(name, {}) | {"version": version.version}


# For what holds of every verb: from which stage each begins, and who carries it out.

VERBS: dict[str, tuple[str, str]] = {
    "draft_version": ("loaded", "coordinator"),
    "change_figures": ("draft", "coordinator"),
    "sign_off_version": ("draft", "coordinator"),
    "circulate_version": ("draft", "coordinator"),
    "recall_version": ("circulated", "coordinator"),
    "comment_on_version": ("circulated", "me_officer"),
    "answer_scenario_comment": ("commented", "coordinator"),
    "publish_version": ("answered", "coordinator"),
    "withdraw_version": ("circulated", "coordinator"),
}


def do(verb: str, it: Any) -> object:
    """The verb, once. `it`: who does it, when, and the key (`verbs.Scene`)."""
    version, who = ScenarioVersion.objects.order_by("pk").last(), it.who()
    assert version is not None
    pk = version.pk
    seen: dict[str, Any] = {"version": version.version}
    calls: dict[str, Callable[[], object]] = {
        "draft_version": lambda: workflow.draft_version(version.scenario_id, head(), **who),
        "change_figures": lambda: workflow.change_figures(pk, with_value(version, "20.8"), **seen, **who),
        "sign_off_version": lambda: workflow.sign_off_version(
            pk, divisions()[0].pk, agrees=True, text="", **seen, **who
        ),
        "circulate_version": lambda: workflow.circulate_version(
            pk, until=it.at + timedelta(days=3), seen=None, **seen, **who
        ),
        "recall_version": lambda: workflow.recall_version(pk, reason="전환 수치 재산정", **seen, **who),
        "comment_on_version": lambda: workflow.comment_on_version(
            pk, ministry=Ministry.objects.get(code="ME").pk, sector="", text="상향 검토", **who
        ),
        "answer_scenario_comment": lambda: workflow.answer_scenario_comment(
            ScenarioComment.objects.get().pk, kind="taken_up", reason="반영함", seen=0, **who
        ),
        "publish_version": lambda: workflow.publish_version(
            pk, seen=read(version, at=it.at).mark, reason="의견 조회를 앞당겨 마침", **seen, **who
        ),
        "withdraw_version": lambda: workflow.withdraw_version(pk, reason="통합안으로 대체", **seen, **who),
    }
    return calls[verb]()
