"""What is never deleted: who stood in for whom is part of every "A for B" in the record."""

from records.triggers import Guard

GUARDS = [Guard("ministries.Delegation", kept=True)]
