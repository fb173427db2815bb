"""The cast: a small T/F with fixed people, in the second round, on Tuesday 16 March 2021 at 14:00 in Seoul.

Round 1 is frozen and left each task of the Ministry of Environment in another position:

| task | in round 1 | so in round 2 |
| --- | --- | --- |
| ME-01 | accepted, on track | "no change" is possible; a milestone lies ahead (30 June) |
| ME-02 | accepted, on track | its milestone fell due on 26 February |
| ME-03 | accepted as *attention*, sent as *on track* | the office's light forbids "no change" |
| ME-04 | submitted, never reviewed | its baseline is not accepted |
| ME-05 | no reply | no baseline |
| ME-06 | accepted as *attention*, with a request to MSIT | the ministry's own light forbids "no change"; MOTIE supports it |

MSIT-01 (supported by MOTIE), FSC-01 and FSC-02 were accepted, on track. FSC works with sign-off. MSIT-02 is new in
round 2. Nobody has touched round 2 yet; where a test needs a report further on, `builders.report_in` brings it there.
"""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from ministries.models import Ministry, Posting, User
from records import clock
from tasks.models import Report, Round
from tests import builders
from tests.builders import kst
from tests.snapshot import Snapshot

AT = kst(2021, 3, 16, 14)
DUE = kst(2021, 3, 19, 18)


@dataclass(frozen=True)
class TaskForce:
    """Everything that stands before a test begins. `first` and `reports`: the rosters of both rounds by task code."""

    ministries: dict[str, Ministry]
    people: dict[str, User]
    round_1: Round
    round_2: Round
    first: dict[str, Report]
    reports: dict[str, Report]


MINISTRIES = {
    "ME": ("환경부", "Ministry of Environment", "환경부", "Environment"),
    "MOTIE": ("산업통상자원부", "Ministry of Trade, Industry and Energy", "산업부", "Industry"),
    "MSIT": ("과학기술정보통신부", "Ministry of Science and ICT", "과기정통부", "Science and ICT"),
    "FSC": ("금융위원회", "Financial Services Commission", "금융위", "Financial Services"),
}
PEOPLE = {
    "me_officer": ("김하늘", "Kim Haneul", "officer", "ME"),
    "me_officer_2": ("이바다", "Lee Bada", "officer", "ME"),
    "msit_officer": ("박가람", "Park Garam", "officer", "MSIT"),
    "fsc_officer": ("최솔", "Choi Sol", "officer", "FSC"),
    "fsc_approver": ("정마루", "Jung Maru", "approver", "FSC"),
    "motie_officer": ("강나래", "Kang Narae", "officer", "MOTIE"),
    "coordinator": ("조아라", "Cho Ara", "coordinator", ""),
    "coordinator_2": ("윤슬", "Yoon Seul", "coordinator", ""),
    "reader": ("장한별", "Jang Hanbyeol", "reader", ""),
    "administrator": ("임다온", "Lim Daon", "administrator", ""),
    "stranger": ("한누리", "Han Nuri", "", ""),
}


@pytest.fixture
def at() -> datetime:
    """The moment of the tests: in round 2, three days before it is due."""
    return AT


@pytest.fixture
def domain_time(monkeypatch: pytest.MonkeyPatch, at: datetime) -> datetime:
    """Lets the domain's clock stand at `at`, so that views, postings and lateness see it."""
    monkeypatch.setattr(clock, "now", lambda: at)
    return at


@pytest.fixture
def task_force(db: None) -> TaskForce:
    """The T/F as the module's docstring tells it. It serves tests that commit (`transaction=True`) as well."""
    SNAPSHOT.restore()
    first, second = Round.objects.order_by("no")
    return TaskForce(
        {row.code: row for row in Ministry.objects.all()},
        {row.username: row for row in User.objects.all()},
        first,
        second,
        *({row.task.code: row for row in Report.objects.in_round(no).select_related("task")} for no in (first, second)),
    )


def set_up() -> None:
    """Make the T/F, through the verbs."""
    ministries = {
        code: builders.ministry(code, ko=ko, en=en, abbr_ko=short_ko, abbr_en=short_en, sign_off=code == "FSC")
        for code, (ko, en, short_ko, short_en) in MINISTRIES.items()
    }
    people = {
        user.username: user
        for user in User.objects.bulk_create(
            User(username=name, name_ko=ko, name_en=en, email=f"{name}@example.org")
            for name, (ko, en, _, _) in PEOPLE.items()
        )
    }
    Posting.objects.bulk_create(
        Posting(user=people[name], role=role, ministry=ministries.get(code), starts_on=builders.SINCE)
        for name, (_, _, role, code) in PEOPLE.items()
        if role
    )
    _tasks(ministries)
    _first_round(people)
    builders.prepare(builders.round_(2, observes_from=date(2021, 2, 1), due_at=DUE), by=people["coordinator"])


SNAPSHOT = Snapshot(set_up)


def _tasks(ministries: dict[str, Ministry]) -> None:
    me, motie, msit, fsc = (ministries[code] for code in ("ME", "MOTIE", "MSIT", "FSC"))
    ccu = builders.sector("CCU", ko="CCUS", en="CCUS")
    builders.task("ME-01", me, ko="2021년 탄소중립 이행계획", en="2021 plan", milestones=[date(2021, 6, 30)])
    builders.task("ME-02", me, ko="2050 탄소중립 시나리오 수립", en="2050 scenarios", milestones=[date(2021, 2, 26)])
    builders.task("ME-03", me, ko="미래차 전환 전략", en="Strategy for future vehicles")
    builders.task("ME-04", me, ko="한국형(K)-순환경제 이행계획", en="Circular economy plan")
    builders.task("ME-05", me, ko="한국형 녹색분류체계 지침서", en="K-Taxonomy guideline")
    builders.task("ME-06", me, ko="2030 NDC 상향", en="Raising the 2030 NDC", supports=[motie])
    builders.task(
        "MSIT-01", msit, ko="탄소중립 기술혁신 추진전략 수립", en="Innovation strategy", kind="new", supports=[motie]
    )
    builders.task("MSIT-02", msit, ko="CCU 기술혁신 로드맵", en="CCU roadmap", sector=ccu, first_round_no=2)
    builders.task("FSC-01", fsc, ko="기후리스크 관리·감독 추진계획", en="Climate risk supervision plan")
    builders.task("FSC-02", fsc, ko="2021년 녹색금융 추진계획", en="2021 green finance plan")


def _first_round(people: dict[str, User]) -> None:
    """Round 1, from its roster to its freeze."""
    opens, office = kst(2021, 1, 25, 9), people["coordinator"]
    at, review, frozen = kst(2021, 2, 3, 10), kst(2021, 2, 8, 10), kst(2021, 2, 10, 10)
    round_ = builders.round_(1, as_of=date(2021, 1, 29), opens_at=opens, due_at=kst(2021, 2, 5, 18))
    reports = builders.prepare(round_, by=office)
    me = [reports[code] for code in ("ME-01", "ME-02", "ME-03", "ME-04", "ME-06")]
    started = {"results": "ㅇ 추진계획을 세우고 착수함", "progress": "20"}
    for report in me[:-1]:
        builders.write(report, by=people["me_officer"], at=at, **started)
    builders.write(me[-1], by=people["me_officer"], at=at, **builders.troubled(addressed_to=["MSIT"]))
    builders.submit(*me, by=people["me_officer"], at=at)
    builders.write(reports["MSIT-01"], by=people["msit_officer"], at=at, **started)
    builders.submit(reports["MSIT-01"], by=people["msit_officer"], at=at)
    fsc = [reports["FSC-01"], reports["FSC-02"]]
    for report in fsc:
        builders.write(report, by=people["fsc_officer"], at=at, **started)
    builders.ask_sign_off(*fsc, by=people["fsc_officer"], at=at)
    builders.sign_off(*fsc, by=people["fsc_approver"], at=at)
    for code in ("ME-01", "ME-02", "ME-03", "ME-06", "MSIT-01", "FSC-01", "FSC-02"):
        builders.open_for_review(reports[code], by=office, at=review)
        worse = {"light": "attention", "reason": "관계부처 이견"} if code == "ME-03" else {}
        builders.accept(reports[code], by=office, at=review, **worse)
    builders.freeze(round_, by=office, at=frozen)


def _person(name: str) -> object:
    @pytest.fixture(name=name)
    def of_the_cast(task_force: TaskForce) -> User:
        return task_force.people[name]

    return of_the_cast


def _ministry(code: str) -> object:
    @pytest.fixture(name=code.lower())
    def of_the_cast(task_force: TaskForce) -> Ministry:
        return task_force.ministries[code]

    return of_the_cast


me_officer, me_officer_2 = _person("me_officer"), _person("me_officer_2")
msit_officer, motie_officer = _person("msit_officer"), _person("motie_officer")
fsc_officer, fsc_approver = _person("fsc_officer"), _person("fsc_approver")
coordinator, coordinator_2 = _person("coordinator"), _person("coordinator_2")
reader, administrator, stranger = _person("reader"), _person("administrator"), _person("stranger")
me, motie, msit, fsc = _ministry("ME"), _ministry("MOTIE"), _ministry("MSIT"), _ministry("FSC")


@pytest.fixture
def round_1(task_force: TaskForce) -> Round:
    """Frozen on 10 February 2021."""
    return task_force.round_1


@pytest.fixture
def round_2(task_force: TaskForce) -> Round:
    """Open, as of 12 March 2021, due on 19 March at 18:00."""
    return task_force.round_2


@pytest.fixture
def reports(task_force: TaskForce) -> dict[str, Report]:
    """The roster of round 2 by task code. Read a report again (`builders.fresh`) after a verb."""
    return task_force.reports


@pytest.fixture
def mois(task_force: TaskForce) -> Ministry:
    """A ministry outside the T/F, which leads no task."""
    from tests.tasks import candidates_scene  # it needs the cast itself

    return candidates_scene.outside()


@pytest.fixture
def mois_officer(mois: Ministry) -> User:
    return builders.person("mois_officer", "officer", mois)
