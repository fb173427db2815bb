"""Differences within a text: the pieces are both texts, whatever the texts are, and take no time to speak of."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.diffing import Piece, compare

pytestmark = pytest.mark.either

words = st.sampled_from(["배출권", "거래제", "2,050", "개편", " ", "  ", "\n", "_", "ㅇ", ".", "²", "😀", "é", "x"])
texts = st.lists(words, max_size=40).map("".join) | st.text()


@settings(max_examples=200, deadline=None)
@given(texts, texts)
@example("가 나 다", "가 라 다 ")
@example("a b", "c d")
def test_the_pieces_give_both_texts_back(old, new):
    """Leaving out the new ones gives the old text, leaving out the gone ones the new text, to the character."""
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "new") == old
    assert "".join(piece.text for piece in pieces if piece.change != "gone") == new
    assert all(piece.text for piece in pieces)


@given(texts)
def test_equal_texts_have_no_difference(text):
    assert [piece.change for piece in compare(text, text)] == (["same"] if text else [])


def test_a_changed_word_is_shown_as_one_word():
    assert compare("3월 초안 마련", "4월 초안 마련") == [
        Piece("gone", "3"),
        Piece("new", "4"),
        Piece("same", "월 초안 마련"),
    ]


def test_neighbouring_changed_words_read_as_one_change():
    assert compare("초안을 곧 마련함", "최종안을 이미 마련함") == [
        Piece("gone", "초안을 곧"),
        Piece("new", "최종안을 이미"),
        Piece("same", " 마련함"),
    ]


def test_a_long_text_is_compared_word_by_word():
    """Two pages of a report with a change in every line: only the changed words are shown as changed."""
    subjects = (
        "배출권 수소 미래차 순환경제 분류체계 흡수원 건물 산업단지 전력망 재생에너지 농축산 해양 금융 재정 교육".split()
    )
    lines = [
        f"ㅇ ({month}월) {subject} 분야 관계부처 협의를 거쳐 이행계획 초안을 마련하고 의견을 수렴함"
        for month in range(1, 5)
        for subject in subjects
    ]
    old, new = "\n".join(lines), "\n".join(line.replace("초안을", "확정안을") for line in lines)
    assert 2800 < len(old) <= 3000
    pieces = compare(old, new)
    assert [piece.text for piece in pieces if piece.change == "new"] == ["확정안을"] * len(lines)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("." * 3000, ".," * 1500, id="leaders of dots"),
        pytest.param("\n" * 3000, "\nㅇ\n" * 1000, id="empty lines"),
        pytest.param("ㅇ 협의, 검토 " * 330, "ㅇ 검토; 협의 " * 330, id="a list of the same"),
        pytest.param("가" * 20_000, "가" * 19_999 + "나", id="a long draft"),
    ],
)
def test_no_text_that_a_ministry_can_send_takes_seconds(old, new):
    """quality.md 14: a clear answer in under five seconds; a page may hold several such texts."""
    started = time.process_time()
    pieces = compare(old, new)
    assert time.process_time() - started < 5
    assert "".join(piece.text for piece in pieces if piece.change != "new") == old
    assert "".join(piece.text for piece in pieces if piece.change != "gone") == new
