"""What the office gives out: the book, the tables, the outcome, letters, the press release.

`blocks` says what a document is made of, whatever it is written as. Each kind of document composes blocks in a module
of its own; `hwpx`, `pdf` and `page` write them, and know nothing of meetings.
"""
