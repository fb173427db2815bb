"""The mails that a meeting's verbs owe, one module for each part of its life. Called in the verb's transaction, after
its event was written. `facts["meeting"]`, a name in both languages, is what a mail is about."""
