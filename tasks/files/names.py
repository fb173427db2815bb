"""The name that a person gave a file: shown, offered for download, never part of a path."""

import re
import unicodedata

LONGEST = 200  # characters, as the column holds
# Controls, what turns the direction of writing ("exe.fdp" for "pdf.exe"), surrogates, private ones, line separators.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """The name without path parts and unseen characters, composed, at most 200 characters with its ending kept.

    May be empty, where nothing was left.
    """
    base = re.split(r"[/\\]", name)[-1]
    seen = "".join(char for char in base if unicodedata.category(char) not in UNSEEN)
    composed = " ".join(unicodedata.normalize("NFC", seen).split()).strip(". ")
    stem, ending = split_name(composed)
    return stem[: LONGEST - len(ending)] + ending


def split_name(name: str) -> tuple[str, str]:
    """`("보고서.v2", ".pdf")`. What follows the last dot is an ending if it is short and plain, as endings are."""
    stem, dot, ending = name.rpartition(".")
    plain = dot and stem and ending.isascii() and ending.isalnum() and len(ending) <= 10
    return (stem, f".{ending}") if plain else (name, "")
