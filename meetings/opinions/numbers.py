"""An opinion's number: what its sender looks it up by. It is the only key to it, so nobody may guess it, and people
read it from paper and over the telephone, so no two of its signs look alike."""

import secrets
import unicodedata

# Crockford's base 32: five bits a sign. O, I and L are not among them, because they are read as 0 and 1; nor is U.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
PREFIX, GROUPS, GROUP = "P", 3, 4
LENGTH = GROUPS * GROUP  # twelve signs are 60 bits


def new_number() -> str:
    """A number that nobody can guess, such as `P-7K3M-9QX2-4FTZ`."""
    return _written("".join(secrets.choice(SIGNS) for _sign in range(LENGTH)))


def tidy(text: str) -> str:
    """The number that a person typed, as it is stored: whatever the case, the spaces and the dashes, with or without
    the P, with O for 0 and I or l for 1. Empty if it cannot be one."""
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    signs = "".join(sign for sign in plain if sign.isalnum()).translate(READ_AS)
    if len(signs) == LENGTH + 1 and signs.startswith(PREFIX):
        signs = signs.removeprefix(PREFIX)
    return _written(signs) if len(signs) == LENGTH and set(signs) <= set(SIGNS) else ""


def _written(signs: str) -> str:
    return "-".join([PREFIX, *(signs[start : start + GROUP] for start in range(0, LENGTH, GROUP))])
