"""Differences within a text: the pieces are both texts, whatever the texts are, and take no time to speak of."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.diffing import Piece, compare

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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("." * 3000, ".," * 1500, id="leaders of dots"),
        pytest.param("." * 1999, ".," * 1000, id="dots, just under the change of granularity"),
        pytest.param("\n" * 3000, "\nㅇ\n" * 1000, id="empty lines"),
        pytest.param("가 " * 1500, "가 나 " * 750, id="one word"),
        pytest.param("ㅇ 협의, 검토 " * 330, "ㅇ 검토; 협의 " * 330, id="a list of the same"),
        pytest.param("가" * 20_000, "가" * 19_999 + "나", id="a long draft"),
    ],
)
def test_no_text_that_a_ministry_can_send_takes_seconds(old, new):
    """quality.md 14: a clear answer in under five seconds; a page may hold several such texts."""
    started = time.process_time()
    pieces = compare(old, new)
    assert time.process_time() - started < 2
    assert "".join(piece.text for piece in pieces if piece.change != "new") == old
    assert "".join(piece.text for piece in pieces if piece.change != "gone") == new
