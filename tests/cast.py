"""The cast: fixed people with fixed parts, and a small T/F for them to work in."""
