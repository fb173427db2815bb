"""The vocabulary of writing meetings. Each verb takes who, when, the key of the form and the version that was seen, and
leaves exactly one event in the meeting's chain; notes leave none, as drafts do."""

# documents
from .documents import keep_document as keep_document
