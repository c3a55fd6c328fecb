"""Ways to write a value in pieces or with escapes, by the file they stand in: V1 and V2 are its halves."""

from tests.fake_tokens import FakeTokens

# Name -> a file's path, and the text. X is a first character as an escape of the kind that the name says.
FORMS = {
    "literals side by side": ("a.py", 'x = "V1" "V2"\n'),
    "other marks": ("a.py", "x = 'V1' \"V2\"\n"),
    "a sum": ("a.py", 'x = "V1" + "V2"\n'),
    "in parentheses over lines": ("a.py", 'x = (\n    "V1"\n    "V2"\n)\n'),
    "with a comment": ("a.py", 'x = (\n    "V1"  # first half\n    "V2"\n)\n'),
    "a sum over lines": ("a.py", 'x = ("V1" +\n     "V2")\n'),
    "a sum that begins the line": ("a.py", 'x = ("V1"\n     + "V2")\n'),
    "a backslash at the line's end": ("a.py", 'x = "V1" \\\n    "V2"\n'),
    "f-strings without fields": ("a.py", 'x = f"V1" f"V2"\n'),
    "prefixes in capitals": ("a.py", 'x = F"V1" \\\n    F"V2"\n'),
    "join with prefixes": ("a.py", 'x = "".join([U"V1", R"V2"])\n'),
    "bytes": ("a.py", 'x = b"V1" b"V2"\n'),
    "join": ("a.py", 'x = "".join(["V1", "V2"])\n'),
    "join over lines": ("a.py", 'x = "".join([\n    "V1",\n    "V2",\n])\n'),
    "join of a tuple": ("a.py", "x = ''.join(('V1', 'V2'))\n"),
    "percent": ("a.py", 'x = "%s%s" % ("V1", "V2")\n'),
    "format": ("a.py", 'x = "{}{}".format("V1", "V2")\n'),
    "a raw string beside": ("a.py", 'x = r"V1" "V2"\n'),
    "shell marks": ("a.sh", "x='V1''V2'\n"),
    "shell marks of both kinds": ("a.sh", "x=\"V1\"'V2'\n"),
    "JavaScript": ("a.js", "const x = 'V1' + 'V2';\n"),
    "JavaScript's backticks": ("a.js", "const x = `V1` + `V2`;\n"),
    "JavaScript's concat": ("a.js", "const x = 'V1'.concat('V2');\n"),
    "JavaScript's join": ("a.js", "const x = ['V1', 'V2'].join('');\n"),
    "Java over lines": ("A.java", 'String x = "V1"\n    + "V2";\n'),
    "PHP": ("a.php", "<?php $x = 'V1' . 'V2';\n"),
    "SQL": ("a.sql", "select 'V1' || 'V2';\n"),
    "Visual Basic": ("a.vb", 'x = "V1" & "V2"\n'),
}
# An escape of a hyphen, whatever it is written in.
ESCAPES = {
    "a hex escape": ("a.py", "\\x2d"),
    "a Unicode escape": ("a.py", "\\u002d"),
    "a long Unicode escape": ("a.py", "\\U0000002d"),
    "an octal escape": ("a.py", "\\055"),
    "JSON": ("a.json", "\\u002d"),
    "JavaScript": ("a.js", "\\u{2d}"),
    "an address": ("a.txt", "%2D"),
    "an entity": ("a.xml", "&#45;"),
    "an entity in hex": ("a.html", "&#x2d;"),
}
LETTERS = {"hex": "\\x44EV-", "octal": "\\104EV-", "Unicode": "\\u0044EV-", "percent": "%44EV-", "entity": "&#68;EV-"}


def with_escape(written: str) -> str:
    """A text of any format with a value that has an escape; those with percent signs count in addresses."""
    place = "https://lab.example.net/?t=" if "%" in written else ""
    return f'x = {{"x": "{place}{written}"}}\n'


def joined_texts(tokens: FakeTokens) -> list[str]:
    """Every form with a token of D-Wave, cut behind its prefix and in its middle, and every escape."""
    texts = []
    for _, text in FORMS.values():
        for cut in (2, 4, 20):
            token = tokens.dwave()
            texts.append(text.replace("V1", token[:cut]).replace("V2", token[cut:]))
    for _, escape in ESCAPES.values():
        texts.append(with_escape(tokens.dwave().replace("-", escape)))
    texts += [with_escape(f"{letter}{tokens.dwave()[4:]}") for letter in LETTERS.values()]
    return texts
