"""The demo's sample of a version: it says that it is one, claims no fact, and holds in the record."""

import pytest

from meetings import reference
from meetings.demo import NOW
from meetings.demo import scenarios as demo_scenarios
from ministries.models import Ministry
from records import clock
from scenarios import standing
from scenarios.models import ScenarioComment, ScenarioVersion, SignedOff, Stage
from tests import builders
from tests.scenarios import pathway_scene as scene


@pytest.fixture
def version(db, monkeypatch) -> ScenarioVersion:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    reference.load()
    kfs = Ministry.objects.get(code="KFS")
    people = {"coordinator": builders.person("coordinator", "coordinator")}
    people["kfs-officer"] = builders.person("kfs-officer", "officer", kfs)
    demo_scenarios.load(people)
    return ScenarioVersion.objects.get(code="2050-A-2")


def test_it_is_circulated_with_a_comment_to_answer(version):
    assert version.stage == Stage.CIRCULATED
    stands = standing.read(version, at=NOW)
    assert stands.takes_comments
    assert len(stands.waiting) == 1
    assert (stands.signed, len(stands.divisions)) == (1, 10)
    assert stands.sums.closes
    assert scene.differences(version) == []


def test_every_text_says_that_it_is_a_sample(version):
    texts = [version.note_ko, *ScenarioComment.objects.values_list("text", flat=True)]
    texts += [*SignedOff.objects.values_list("text", flat=True), *version.figures.values_list("source", flat=True)]
    assert all(text.endswith("(예시)") for text in texts), texts
    assert version.note_en.endswith("(sample)")
    assert set(version.figures.values_list("verified", flat=True)) == {"B"}, "none of it was seen in a source"
