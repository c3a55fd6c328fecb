"""How well nbguard finds what people write: a labelled set, its scores, and what each heuristic is worth."""
