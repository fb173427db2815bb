"""The mails that the verbs of meetings owe: why, to whom, and the names that the text needs. Called in the verb's
transaction, after its event was written."""
