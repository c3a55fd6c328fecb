"""Python in cells: its syntax, its definitions, and the values that reach an expression."""
