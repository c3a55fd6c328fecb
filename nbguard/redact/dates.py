"""Makes dates of birth coarse: the year stays, month and day become January the first, written as they were."""

from __future__ import annotations

import re

# The names of the months in the languages that columns are known in; January is the first of each line.
_MONTHS = tuple(
    tuple(line.split())
    for line in (
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "jänner feber märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "januar februar mars april mai juni juli august september oktober november desember",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    )
)
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d")
_PLAIN = re.compile(r"((?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def first_of_january(value: str) -> str:
    """A date with its year, its layout and its time of day; what isn't one stays as it is."""
    if plain := _PLAIN.fullmatch(value.strip()):
        return value.replace(plain[0], plain[1] + "0101")
    pieces = list(_PIECE.finditer(value))[:3]
    if len(pieces) < 3:
        return value
    words = [piece for piece in pieces if not piece[0].isdigit()]
    numbers = [piece for piece in pieces if piece[0].isdigit()]
    if len(words) > 1 or (words and len(numbers) != 2):
        return value
    year = next((piece for piece in numbers if _YEAR_FIRST.fullmatch(piece[0])), numbers[-1])
    changes = {piece.span(): "1".zfill(len(piece[0])) for piece in numbers if piece is not year}
    if any(int(piece[0]) > 31 for piece in numbers if piece is not year):
        return value
    if words:
        changes[words[0].span()] = _january(words[0][0])
    made = value
    for (start, end), text in sorted(changes.items(), reverse=True):
        made = made[:start] + text + made[end:]
    return made


def _january(month: str) -> str:
    """January in the language of a month's name, as short as that is, in its case."""
    small = month.lower()
    for names in _MONTHS:
        for name in names:
            if name == small or (len(small) >= 3 and name.startswith(small)):
                short = len(small) < len(name)
                return _like(names[0][: len(small)] if short else names[0], month)
    return _like("jan", month)


def _like(text: str, model: str) -> str:
    return text.upper() if model.isupper() else text.capitalize() if model[:1].isupper() else text
