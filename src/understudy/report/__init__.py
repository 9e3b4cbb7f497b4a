"""Reports: one model, folded from what a run saw, and the forms in which people and machines read it."""
