"""The keys under which simulated verbs are carried out: another one for each, the same ones for the same seed."""

from uuid import NAMESPACE_URL, UUID, uuid5


class Keys:
    def __init__(self, seed: int) -> None:
        self.seed, self.given = seed, 0

    def next(self) -> UUID:
        self.given += 1
        return uuid5(NAMESPACE_URL, f"simulate/{self.seed}/{self.given}")
