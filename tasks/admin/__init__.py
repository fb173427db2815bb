"""The strategy, its tasks and indicators; rounds, reports and receipts to be looked at."""

from . import indicators, rounds, strategy

__all__ = ["indicators", "rounds", "strategy"]
