"""Reading across rounds: one task, one ministry, two rounds side by side, every moved date, both lights. Read-only.

A page is read *as of* a frozen round, or as things stand now. What came later does not show: names and titles are those
of the round's day, dates are put back to where they stood.
"""
