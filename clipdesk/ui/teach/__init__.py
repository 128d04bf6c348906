"""Teaching a model one's own words: from which pairs, how far it is, what came of it."""
