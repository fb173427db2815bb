"""What protects the record's own tables."""

from .triggers import Guard

GUARDS = [
    Guard("records.Event", append_only=True),
    Guard("records.Receipt", append_only=True),
    Guard("records.Seal", append_only=True),
    Guard("records.Verification", append_only=True),
]
