"""What the record keeps of hearings and of opinions: a chain each, told by their rows (`records/rows.py`). What was
said, word for word, and who sent it, stand in no event."""

from records.rows import Told

from ..models import Disposition, Hearing, Opinion, OpinionTask, Participant

OPINION = Told(
    prefix="opinion/",
    root=Opinion,
    paths={Opinion: "pk", OpinionTask: "opinion", Disposition: "opinion"},
    keys=lambda: [f"opinion/{pk}" for pk in Opinion.objects.values_list("pk", flat=True)],
)
HEARING = Told(
    prefix="hearing/",
    root=Hearing,
    paths={Hearing: "pk", Participant: "hearing"},
    keys=lambda: [f"hearing/{pk}" for pk in Hearing.objects.values_list("pk", flat=True)],
)
