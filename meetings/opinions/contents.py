"""What the record keeps of hearings and of opinions: a chain each, told by their rows (`records/rows.py`). What was
said, word for word, and who sent it, stand in no event; nor does the organisation that was named."""

from records.rows import LEFT_OUT, Told

from ..models import Disposition, Hearing, Opinion, OpinionTask, Participant, Transfer

OPINION = Told(
    prefix="opinion/",
    root=Opinion,
    paths={Opinion: "pk", OpinionTask: "opinion", Disposition: "opinion", Transfer: "opinion"},
    keys=lambda: [f"opinion/{pk}" for pk in Opinion.objects.values_list("pk", flat=True)],
    # The public fills it in, and may write a person's name there: what can be removed stands in no event.
    left_out={Opinion: LEFT_OUT | {"organisation"}},
)
HEARING = Told(
    prefix="hearing/",
    root=Hearing,
    paths={Hearing: "pk", Participant: "hearing"},
    keys=lambda: [f"hearing/{pk}" for pk in Hearing.objects.values_list("pk", flat=True)],
)
