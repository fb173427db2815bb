"""The press release: the demo's second meeting holds every fact of the source document, in the portal's own words and
with what the Korean original puts right; and a meeting without content gets no word that nobody entered."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from meetings import demo, workflow
from meetings.demo.script import moment
from meetings.documents import pdf, press_gaps, press_release
from meetings.documents.blocks import Boxed, Document, Heading, Inline, Paragraph, Table, Title
from meetings.models import AgendaItem, Attendance, Decision, DocumentKind, Figure, Meeting, Remark
from ministries.directory import Directory
from ministries.models import Ministry, User
from records import clock, verify
from records.errors import Forbidden, Invalid, WrongState
from records.models import Event, Seal
from tasks.models import Report, Round, Task
from tests import builders
from tests.meetings.book_scene import confirmed, content, given_out
from tests.pages import page, visitor

pytestmark = pytest.mark.either

# Each fact of the source document, and what says it in either language: patterns, all of which have to be found.
FACTS: dict[str, tuple[list[str], list[str]]] = {
    "the second meeting of the pan-ministerial T/F": (
        ["제2차 범부처 T/F 회의"],
        ["Second pan-ministerial T/F meeting"],
    ),
    "who held it": (["국무조정실"], ["Office for Government Policy Coordination"]),
    "who chaired it": (["구윤철 국무조정실장"], ["Koo Yun-cheol, Minister for Government Policy Coordination"]),
    "to carry out the strategy": (["「2050 탄소중립」 추진전략"], ["2050 Carbon Neutrality Promotion Strategy"]),
    "of 7 December 2020": (["2020. 12. 7."], ["7 Dec 2020"]),
    "it followed the first meeting": (["제1차 범부처 T/F 회의"], ["First pan-ministerial T/F meeting"]),
    "progress of the scenarios": (["시나리오 추진 현황"], ["Progress of the 2050 carbon neutrality scenarios"]),
    "due in the first half of the year": (["2021년 상반기"], ["first half of 2021"]),
    "cuts in all sectors of society": (["사회 전 부문의 온실가스 감축"], ["cuts in all sectors of society"]),
    "more experts and ministries in the working group": (
        ["기술작업반에 전문가와 관계부처의 참여를 넓힐"],
        ["more experts and ministries can take part in the technical working group"],
    ),
    "ten divisions": (["10개 분과"], ["10 divisions"]),
    "82 experts, recommended by ministries": (
        [r"각 부처가 추천한.*전문가 82명.*2021\. 2\."],
        ["82 experts.*recommended by the ministries.*as of Feb 2021"],
    ),
    "36 meetings from December 2020 to February 2021": (
        [r"회의 36회.*2020\. 12\.~2021\. 2\."],
        ["36 meetings.*Dec 2020–Feb 2021"],
    ),
    "status by task, of each sector": (
        ["추진전략 과제별 이행 현황", "부문별 이행과제"],
        ["Status of the strategy’s tasks", "implementation tasks of each sector"],
    ),
    "discussed in depth": (["깊이 논의"], ["in depth"]),
    "first-completed tasks": (["1분기 완료과제"], ["First-completed tasks"]),
    "climate risk supervision, by the FSC": (
        [r"기후리스크 관리·감독 추진계획 수립\(금융위원회"],
        [r"climate risk management and supervision plan \(Financial Services Commission"],
    ),
    "technological innovation, by MSIT": (
        [r"탄소중립 기술혁신 추진전략 수립\(과학기술정보통신부"],
        [r"technology innovation promotion strategy \(Ministry of Science and ICT"],
    ),
    "supplementing existing tasks": (
        ["기존과제의 보완", "보완과제"],
        ["existing ones are supplemented", "Supplemented tasks"],
    ),
    "new tasks": (["신규과제 발굴", r"\n신규과제"], ["Finding new tasks", "New tasks\n"]),
    "workforce training, by MOEL": (
        [r"인력양성 지원\(고용노동부"],
        [r"Workforce training support for carbon neutrality \(Ministry of Employment and Labor"],
    ),
    "pension ESG investment, by MOHW": (
        [r"국민연금 ESG 투자 확대\(보건복지부"],
        [r"Expansion of National Pension ESG investment \(Ministry of Health and Welfare"],
    ),
    "said: a long-term project of all society": (["사회 전체.*장기 과제"], ["long-term work for all of society"]),
    "said: supplement, and develop new tasks, continuously": (
        ["새로 찾고 지금의 과제를 고쳐 가는 일을 멈추지"],
        ["finding new tasks and improving those at hand must never stop"],
    ),
    "said: ministries outside the strategy identify tasks": (
        ["함께하지 않았던 부처도.*과제를 찾아"],
        ["not part of the strategy.*asked to find tasks"],
    ),
    "said: a core national policy, pursued quickly": (
        ["국정의 핵심 정책으로 속도"],
        ["core policy of the nation.*quickly"],
    ),
    "said: in talks with industry, civic and social groups, experts": (
        ["산업계와 시민·사회단체, 전문가.*소통하며 과제를 계속 보완"],
        ["supplemented all along, in talks with industry, civic and social groups and experts"],
    ),
    "said: better lives by each ministry's policies in full": (
        ["저마다의 정책을 끝까지 이행.*국민의 삶의 질"],
        ["its own policies in full.*quality of life"],
    ),
}
# The ministries that the source names, with the one that its English text drops, and the ten divisions' right names.
BODIES = "MOEF MOE MSIT MOFA MAFRA MOTIE ME MOLIT MOEL MCST MOF MSS FSC KFS MOHW".split()
DIVISIONS = {
    "ko": "총괄, 전환, 산업, 수송, 건물, 농축수산, 폐기물, 흡수원, CCUS, 수소",
    "en": "general coordination; energy transition; industry; transport; buildings; agriculture, livestock and fisheries;"
    " waste; carbon sinks; CCUS; hydrogen",
}
# The wording of the source belongs to its authors, so it is not kept here: only a short digest of each eight words of it
# that stand in a row, in which a copied sentence would be found.
SOURCE = frozenset((Path(__file__).parent / "source_wording.txt").read_text(encoding="ascii").split())
SHINGLE = 8


@pytest.fixture(scope="class")
def held(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Meeting]:
    """The demo after its second meeting, loaded once for a class of tests."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        clock.shift.cache_clear()
        assert demo.load(after_meeting=True)
        yield Meeting.objects.get(no=2)
        transaction.set_rollback(True)
    clock.shift.cache_clear()


def plain(content: Inline) -> str:
    return content if isinstance(content, str) else "".join(span.text for span in content)


def lines(document: Document) -> Iterator[str]:
    """Everything that a reader of the document sees, line by line."""
    yield from (document.header, document.draft, document.handling, document.title)
    for block in document.blocks:
        match block:
            case Title():
                yield from (block.text, block.under)
            case Heading():
                yield block.text
            case Paragraph():
                yield plain(block.content)
            case Boxed():
                yield from (plain(row.content) for row in block.blocks)
            case Table():
                yield from (plain(cell.content) for row in (*block.head, *block.body) for cell in row)


def text_of(meeting: Meeting, language: str, at: datetime = demo.AFTER_MEETING) -> str:
    return "\n".join(filter(None, lines(press_release.compose(meeting, language=language, at=at)))) + "\n"


def copied(text: str) -> list[str]:
    """Every eight words in a row that stand in the source as well; § is a name, which is nobody's wording."""
    words = re.findall(r"[a-z0-9'-]+|§", text.lower().replace("’", "'"))
    rows = (" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1))
    return [row for row in rows if "§" not in row and sha256(row.encode()).hexdigest()[:8] in SOURCE]


@pytest.mark.django_db
class TestTheSecondMeeting:
    @pytest.mark.parametrize("fact", FACTS)
    def test_every_fact_of_the_source_stands_there(self, held, fact):
        for language, patterns in zip(("ko", "en"), FACTS[fact], strict=True):
            text = text_of(held, language)
            assert [pattern for pattern in patterns if not re.search(pattern, text)] == [], language

    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_all_fifteen_bodies_are_named_in_full(self, held, language):
        (line,) = [row for row in text_of(held, language).splitlines() if "환경부, " in row or "Environment; " in row][
            :1
        ]
        with translation.override(language):
            names = Directory(demo.SECOND_MEETING_ON).named(
                Ministry.objects.filter(code__in=BODIES).values_list("pk", flat=True)
            )
            assert len(names) == 15
            assert [name.name for name in names if name.name not in line] == []
        assert "15" in line

    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_the_divisions_have_their_right_names(self, held, language):
        assert f"({DIVISIONS[language]})" in text_of(held, language)

    def test_the_sources_mistakes_are_not_repeated(self, held):
        korean, english = text_of(held, "ko"), text_of(held, "en")
        # 1 Due in the first quarter, not completed: that is a matter of a task's reports.
        assert "completed first" not in english
        assert not re.search("completed [0-9]", english)
        assert english.count("due Q1 2021") == 2
        assert korean.count("2021년 1분기") == 2
        # 2 Both are new; the one that is marked supplemented says that this is a sample.
        new = english.split("New tasks\n")[1].split("Existing tasks\n")[0]
        assert "Workforce training" in new
        assert "National Pension" in new
        assert "is a sample" in english.split("Supplemented tasks\n")[1].split("New tasks\n")[0]
        assert "예시" in korean
        # 3 The fifteenth body.
        assert Attendance.objects.filter(meeting=held, is_present=True).count() == 15
        # 4 The members' rank.
        assert "vice-minister level" in english
        assert "차관급" in korean
        # 5 The names of the divisions stand in a test of their own; here the wrong word.
        assert "conversion" not in english.lower()

    @pytest.mark.parametrize(
        ("language", "day", "mark"),
        [("ko", "3. 23.", r"2021\. 3\. 23\.\(화\) \[시연\]"), ("en", "23 Mar", r"Tue 23 Mar 2021 \[demonstration\]")],
    )
    def test_the_day_is_never_printed_without_its_mark(self, held, language, day, mark):
        """The sixth: nobody knows it."""
        text = text_of(held, language)
        assert text.count(day) == len(re.findall(mark, text)) >= 2
        assert "2021-03-23" not in text

    def test_no_wording_of_the_source_is_copied(self, held):
        names = [row.title_en for row in Task.objects.all()]
        names += [name.name_en for name in Directory(demo.SECOND_MEETING_ON).in_order()]
        names += [held.name_en, held.chair_en, "2050 Carbon Neutrality Promotion Strategy", "technical working group"]
        text = text_of(held, "en")
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, " § ")
        assert copied(text) == []
        names_alone = "Ministry of Economy and Finance, Ministry of Education"
        assert len(copied(names_alone)) == 1, "the control: these names stand in the source in this order"

    def test_figures_and_remarks_name_their_sources(self, held):
        rows = [*Figure.objects.filter(item__meeting=held), *Remark.objects.filter(meeting=held)]
        assert len(rows) == 7
        assert all(row.source and row.verified == "V" for row in rows)
        assert all(figure.until and figure.precision == "month" for figure in Figure.objects.filter(item__meeting=held))
        with translation.override("en"):
            assert {(row.times, row.verified) for row in press_gaps.sources(held)} == {(7, "Seen in a stored page")}

    def test_what_nobody_knows_is_not_there(self, held):
        assert (held.place_ko, held.starts_at, held.video_link) == ("", None, "")
        assert "Place" not in text_of(held, "en").splitlines()

    def test_decisions_join_when_the_outcome_is_confirmed(self, held):
        assert "2-01" not in text_of(held, "en")
        confirm(held)
        text = text_of(Meeting.objects.get(pk=held.pk), "en")
        assert re.search("2-01 Ministries that took no part in the strategy identify tasks", text)
        assert re.search("2-02 All ministries go on supplementing", text)

    def test_it_is_a_draft_until_then(self, held):
        assert press_release.compose(held, language="en", at=demo.AFTER_MEETING).draft == "Draft"
        confirm(held)
        final = press_release.compose(Meeting.objects.get(pk=held.pk), language="en", at=demo.AFTER_MEETING)
        assert (final.draft, final.handling) == ("", "")

    def test_before_the_meeting_it_says_so(self, held):
        """As of the demo's usual moment: nothing of the meeting has happened."""
        Attendance.objects.filter(meeting=held).update(is_present=None)
        Remark.objects.filter(meeting=held).delete()
        text = text_of(held, "en", demo.NOW)
        assert "is to be held on" in text
        assert "was held" not in text
        assert "Invited ministries (15 bodies" in text
        assert "From the chair" not in text

    def test_a_background_figure_is_marked(self, held):
        Figure.objects.filter(number=82).update(verified="B")
        assert re.search("82 experts.*not verified", text_of(held, "en"))

    def test_it_takes_no_more_queries_with_more_items(self, held):
        def asked() -> int:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                press_release.compose(held, language="ko", at=demo.AFTER_MEETING)
            return len(seen)

        before = asked()
        item = AgendaItem.objects.create(meeting=held, order=9, kind="review", title_ko="더")
        for task in Task.objects.all()[:9]:
            item.of_tasks.create(task=task)
        assert asked() == before

    # The demo

    def test_the_demo_went_on_by_verbs(self, held):
        round_ = Round.objects.get(no=2)
        assert round_.frozen_at == moment("2021-03-22 17:00")
        assert Seal.objects.filter(stream__key=round_.stream_key).exists()
        verbs = list(Event.objects.filter(stream__key=held.stream_key).values_list("verb", "actor__username"))
        assert verbs == [("load_meeting", "coordinator")] * 2
        assert Decision.objects.filter(meeting=held, kind="exhortation").count() == 2
        assert held.stage == "preparing", "nobody has circulated the outcome yet"
        assert clock.now() - demo.AFTER_MEETING < timedelta(minutes=10)
        assert Report.objects.filter(round__no=2, current=None).exists(), "frozen with what was there"

    def test_the_record_verifies(self, held):
        run = verify.Run(every=True)
        list(run.walk())
        assert [finding for finding in run.findings if finding.is_difference] == []
        assert run.counts["rows of meetings"] == 1 + 15 + 3 + 6 + 3 + 4 + 2


def confirm(meeting: Meeting, at: datetime = demo.AFTER_MEETING) -> None:
    """As the verbs of the outcome leave it."""
    Meeting.objects.filter(pk=meeting.pk).update(
        circulated_at=at, comments_until=at + timedelta(days=1), frozen_at=at + timedelta(days=2)
    )


@pytest.mark.django_db
class TestTheUsualDemo:
    def test_nothing_of_the_meeting_is_done_and_the_record_verifies(self):
        with override_settings(DEMO=True):
            clock.shift.cache_clear()
            assert demo.load()
        meeting = Meeting.objects.get(no=2)
        assert set(meeting.attendances.values_list("is_present", flat=True)) == {None}
        assert sorted(meeting.attendances.values_list("ministry__code", flat=True)) == sorted(BODIES)
        assert not meeting.remarks.exists()
        assert not meeting.decisions.exists()
        assert meeting.items.count() == 3
        run = verify.Run(every=True)
        list(run.walk())
        assert [finding for finding in run.findings if finding.is_difference] == []
        Figure.objects.filter(number=82).update(number=88)
        run = verify.Run(every=True)
        list(run.walk())
        assert [finding.kind for finding in run.findings] == ["meetings.figure"], "the control"
        clock.shift.cache_clear()


# A meeting of which nobody entered anything


@pytest.fixture
def empty(task_force: Any) -> Meeting:
    return Meeting.objects.create(no=7, name_ko="제7차 회의", name_en="Seventh meeting")


def test_an_empty_meeting_gets_no_invented_word(empty, at):
    assert list(filter(None, lines(press_release.compose(empty, language="en", at=at)))) == [
        "Seventh meeting",
        "Draft",
        "Internal until it is given out",
        "Seventh meeting to be held",
        "Press release",
        "Given out",
        "to be filled in",
        "Meeting",
        "Seventh meeting",
        "Seventh meeting to be held",
        "The Seventh meeting is to be held.",
    ]


def test_an_empty_meeting_says_what_is_missing(empty, at):
    with translation.override("en"):
        texts = [gap.text for gap in press_gaps.missing(empty, at=at)]
    assert texts == [
        "The day of the meeting is not known.",
        "No place is entered.",
        "Nobody is entered as chair.",
        "No ministry is invited.",
        "The coordination office has no unit: enter one with a coordinator’s posting.",
        "Nothing is on the agenda.",
        "No remarks of the chair are entered.",
        "The outcome is not confirmed: this is a draft.",
        "When it is given out is filled in by whoever gives it out.",
    ]


def test_typed_marks_become_levels(empty, at, me):
    AgendaItem.objects.create(
        meeting=empty, order=1, kind="review", title_ko="안건", summary_ko="ㅇ 첫째\n- 둘째\n셋째", outcome_ko="ㅇ 결론"
    )
    blocks = press_release.compose(empty, language="ko", at=at).blocks
    found = [(row.level.value, plain(row.content)) for row in blocks if isinstance(row, Paragraph)]
    assert found[-4:] == [("ㅇ", "첫째"), ("-", "둘째"), ("ㅇ", "셋째"), ("ㅇ", "결론")]


def test_an_earlier_meeting_that_was_cancelled_is_none_before_it(empty, at):
    Meeting.objects.create(no=6, name_ko="제6차 회의", name_en="Sixth meeting", cancelled_at=at, cancelled_reason="x")
    assert "Sixth" not in text_of(empty, "en", at)
    Meeting.objects.create(no=5, name_ko="제5차 회의", name_en="Fifth meeting")
    assert "The meeting before it: Fifth meeting" in text_of(empty, "en", at)


# The page and the file


@pytest.fixture
def invited(empty: Meeting, me: Ministry, domain_time: datetime) -> Meeting:
    Attendance.objects.create(meeting=empty, ministry=me)
    return empty


ADDRESSES = [
    ("show_press_release", ()),
    ("download_press_release", ("hwpx",)),
]


@pytest.mark.parametrize(("name", "more"), ADDRESSES)
def test_it_is_the_offices_until_the_outcome_is_confirmed(invited, task_force, name, more):
    address = reverse(name, args=[invited.no, *more])
    who = {"coordinator": 200, "reader": 403, "me_officer": 403, "motie_officer": 404, "administrator": 403}

    def answers() -> dict[str, int]:
        return {person: visitor(task_force.people[person]).get(address).status_code for person in who}

    assert answers() == who
    confirmed(invited, by=task_force.people["coordinator"], at=demo.AFTER_MEETING)
    assert answers() == who | {"reader": 404 if more else 200}, "not given out: the page says so"
    give_out(invited, task_force.people["coordinator"])
    assert answers() == who | {"reader": 200}


def give_out(meeting: Meeting, by: User) -> None:
    given_out(meeting, by=by, at=demo.AFTER_MEETING, kinds=[DocumentKind.PRESS_RELEASE], language="en")


def test_the_page_says_what_is_missing_and_where_it_is_entered(invited, coordinator):
    found = page(visitor(coordinator).get(reverse("show_press_release", args=[invited.no])))
    side = found.one("aside", class_="press-side")
    assert "No remarks of the chair are entered." in side.text
    office = visitor(coordinator)
    links = {link["href"] for link in side.all("a")}
    assert links
    assert [link for link in links if office.get(link).status_code != 200] == []
    step = found.one("nav", aria_label="Steps of the meeting").one(
        "a", href=reverse("show_press_release", args=[invited.no])
    )
    assert step["aria-current"] == "page"


def test_a_reader_gets_the_release_alone(invited, reader, coordinator):
    confirmed(invited, by=coordinator, at=demo.AFTER_MEETING)
    address = reverse("show_press_release", args=[invited.no])
    assert "Not given out yet" in visitor(reader).get(address).content.decode()
    give_out(invited, coordinator)
    found = page(visitor(reader).get(reverse("show_press_release", args=[invited.no])))
    assert found.all("aside", class_="press-side") == []
    assert found.one("section", class_="press-paper").text


@pytest.mark.parametrize(
    ("asked", "wanted"), [("?language=ko", "ko"), ("?language=en", "en"), ("?language=xx", "en"), ("", "en")]
)
def test_either_language_can_be_had_whatever_the_page_has(invited, coordinator, asked, wanted):
    found = page(visitor(coordinator, language="en").get(reverse("show_press_release", args=[invited.no]) + asked))
    assert found.one("div", class_="document")["lang"] == wanted


def test_the_file_is_a_document_with_a_name(invited, coordinator):
    answer = visitor(coordinator).get(reverse("download_press_release", args=[invited.no, "hwpx"]) + "?language=en")
    assert answer.headers["Content-Type"] == "application/hwp+zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Press release, Seventh meeting (Draft).hwpx"'
    with zipfile.ZipFile(io.BytesIO(content(answer))) as package:
        assert package.read("mimetype") == b"application/hwp+zip"
        assert "The Seventh meeting is to be held." in package.read("Contents/section0.xml").decode()


def test_a_slash_in_the_meetings_name_is_no_folder(invited, coordinator):
    Meeting.objects.filter(pk=invited.pk).update(name_en="Second T/F meeting")
    answer = visitor(coordinator).get(reverse("download_press_release", args=[invited.no, "hwpx"]) + "?language=en")
    assert 'filename="Press release, Second TF meeting (Draft).hwpx"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("ending", ["pdf", "docx", "hwp"])
def test_what_cannot_be_written_is_not_there(invited, coordinator, ending):
    there = ending == "pdf" and pdf.is_available()
    answer = visitor(coordinator).get(reverse("download_press_release", args=[invited.no, ending]))
    assert answer.status_code == (200 if there else 404)


# The verb

CONTENT: dict[str, Any] = {
    "from": ["https://example.org/"],
    "rank_ko": "차관급",
    "shown": True,
    "invited": ["ME", "FSC"],
    "items": [
        {
            "kind": "review",
            "title_ko": "안건",
            "tasks": ["ME-01"],
            "figures": [
                {"number": "82", "text_ko": "명", "precision": "month", "until": "2021-02-28", "verified": "V"}
            ],
        }
    ],
}
HELD: dict[str, Any] = {
    "from": [],
    "present": ["ME"],
    "remarks": [{"text_ko": "말씀", "verified": "B"}],
    "decisions": [
        {
            "kind": "action",
            "text_ko": "할 일",
            "lead": "ME",
            "due_on": "2021-04-09",
            "supporting": ["FSC"],
            "tasks": ["ME-01"],
        }
    ],
}


def enter(meeting: Meeting, content: dict[str, Any], by: User, at: datetime, key: Any = None) -> Any:
    return workflow.load_meeting(meeting.pk, content, by=by, at=at, key=key or builders.key())


def test_content_is_entered_at_once_under_one_event(empty, coordinator, at, domain_time):
    enter(empty, CONTENT, coordinator, at)
    enter(empty, HELD, coordinator, at)
    meeting = Meeting.objects.get(pk=empty.pk)
    assert (meeting.version, meeting.rank_ko, meeting.shown_at) == (2, "차관급", at)
    assert dict(meeting.attendances.values_list("ministry__code", "is_present")) == {"ME": True, "FSC": False}
    decision = meeting.decisions.get()
    assert decision.lead is not None
    assert (decision.no, decision.lead.code, decision.of_tasks.get().task.code) == (1, "ME", "ME-01")
    assert [row.ministry.code for row in decision.supporting.all()] == ["FSC"]
    assert Event.objects.filter(stream__key=meeting.stream_key).count() == 2
    run = verify.Run(only=meeting.stream_key)
    list(run.walk())
    assert run.findings == []


def test_a_second_time_is_refused_and_the_same_form_counts_once(empty, coordinator, at, domain_time):
    key = builders.key()
    first = enter(empty, CONTENT, coordinator, at, key)
    assert enter(empty, CONTENT, coordinator, at, key) == first
    with pytest.raises(WrongState):
        enter(empty, CONTENT, coordinator, at)
    assert empty.items.count() == 1


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"invited": ["XX"]}, "invited"),
        ({"items": [{"kind": "review", "title_ko": "안건", "tasks": ["XX-01"]}]}, "items"),
        ({"present": ["ME"]}, "present"),
        ({"decisions": [{"kind": "exhortation", "text_ko": "당부", "supporting": ["XX"]}]}, "decisions"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_written(empty, coordinator, at, domain_time, content, field):
    with pytest.raises(Invalid) as caught:
        enter(empty, content, coordinator, at)
    assert set(caught.value.problems) == {field}
    meeting = Meeting.objects.get(pk=empty.pk)
    assert (meeting.version, meeting.items.count(), Event.objects.filter(verb="load_meeting").count()) == (0, 0, 0)


def test_it_is_the_offices_and_only_while_the_meeting_is_prepared(empty, me_officer, coordinator, at, domain_time):
    with pytest.raises(Forbidden):
        enter(empty, CONTENT, me_officer, at)
    confirm(empty)
    with pytest.raises(WrongState):
        enter(empty, CONTENT, coordinator, at)


# Attendance, and what the gaps name


def test_where_attendance_is_marked_for_some_nobody_is_taken_for_absent(invited, task_force, at):
    """One is marked and another not: both are named as invited, and the office is told."""
    Attendance.objects.create(meeting=invited, ministry=task_force.ministries["MOTIE"], is_present=True)
    assert "Invited ministries (2 bodies" in text_of(invited, "en", at)
    with translation.override("en"):
        gaps = [gap.text for gap in press_gaps.missing(invited, at=at)]
    assert "Attendance is not marked for 1 ministry: the invited ministries are named." in gaps
    Attendance.objects.filter(is_present=None).update(is_present=False)
    assert "Participating ministries (1 body" in text_of(invited, "en", at)
    with translation.override("en"):
        assert not any("Attendance" in gap.text for gap in press_gaps.missing(invited, at=at))


def test_the_gaps_name_what_they_mean_also_once_all_is_confirmed(invited, at):
    """The draft's mark goes with the confirmation; what stays marked in the text has to be told all the same."""
    item = AgendaItem.objects.create(meeting=invited, order=1, kind="review", title_ko="국문 안건")
    Figure.objects.create(item=item, number=7, text_ko="#회", until=at.date(), verified="B")
    Remark.objects.create(meeting=invited, order=1, text_ko="미확인 말씀", verified="B")
    confirm(invited)
    with translation.override("en"):
        gaps = [gap.text for gap in press_gaps.missing(Meeting.objects.get(pk=invited.pk), at=at)]
    for begin in (
        "Items that do not say what they are about: 국문 안건",
        "Items that stand in Korean only: 국문 안건",
        "Figures marked as not verified: 7회",
        "Remarks that stand in Korean only: 미확인 말씀",
        "Remarks marked as not verified: 미확인 말씀",
    ):
        assert any(gap.startswith(begin) for gap in gaps), (begin, gaps)
