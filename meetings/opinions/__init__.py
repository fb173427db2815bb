"""의견: hearings, what stakeholders said, and what came of it."""
