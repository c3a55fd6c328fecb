"""What stands in the place of a path where a text is a name: of a person, a ref, a file, or of what a link leads to."""

PERSON, REF, FILE, TARGET = "<author name>", "<ref name>", "<file name>", "<link target>"
NAMES = frozenset((PERSON, REF, FILE, TARGET))
