"""The regexes of what stands between the name of a credential and its value, and of what may be a value at all.

They are texts: `pair_places` makes them for texts and for raw bytes. None may leave out what the readers of names and
values find; they may let too much through.
"""

from nbguard.detect.confirmations import COLOUR_SIGN
from nbguard.detect.credentials.long_runs import LONG

# A value's characters, as far as they are no signs around it.
OF_VALUE = r"[^\s\"'`(){}\[\],;\\<>]"
# A digit or sign with a letter; or two letters side by side that no word has so.
VALUE = (
    rf"(?:(?={OF_VALUE}{{0,60}}?[0-9!@#^*~]|{OF_VALUE}{{0,60}}?@RARE@)(?={OF_VALUE}{{0,60}}?[A-Za-z])"
    rf"[^\s\"'`(){{}}\[\],;\\<>=]{OF_VALUE}{{5}}"
    # Between quotation marks any sign is one of the value.
    r"|(?<=[\"'])(?=[^\s\"']{0,60}?[^\s\"'\\A-Za-z_./-])(?=[^\s\"']{0,60}?[A-Za-z])[^\s\"'\\]{6})"
)
# What is given to a provider's name, which is in every notebook of its users: as long as a credential, with a digit.
MADE = rf"(?=[A-Za-z_+/.-]{{0,300}}[0-9])[\w+/-][\w.+/-]{{{LONG - 1}}}"
NAME = r"[\w.\-/%]{0,40}+"
_CLOSE = r"[\"'`*\])\\]{0,6}"
# Marks before a value: quotes and brackets, a YAML anchor or tag, tags of XML and HTML, the end of a shell's line, a
# colour's code. No two of them begin alike, so that a text is one row of them only.
_OPEN = (
    r"(?:[\"'`*(\[\]\\ \t{<]|@(?=\\{0,3}[\"'])|&#?\w{2,5};|[&!]!?[\w:-]{1,30}[ \t]|/?[a-z]{1,10}>|!\[CDATA\["
    rf"|\r?\n[ \t]{{1,40}}+|{COLOUR_SIGN}\[[0-9;]{{0,20}}m){{0,16}}"
)
# The sign right behind the name; in code a comma and the like lead to a string only.
_STRONG = (
    r":[ \t]?\\?[\"'],|!={1,2}|\((?=[ \t]{0,4}[bruBRU]{0,2}\\{0,3}[\"'`])|;s:\d{1,4}:|\|\|=|\?{1,2}=|\.="
    r"|\{(?=\\{0,3}[\"'])|[=:>]|<?<-|\}\{|-?=?>|→|：|\\uff1a|&#?\w{2,5};|\\u00[0-9a-f]{2}|is "
)
_GAP = r"(?:[ \t]|\\t)"  # raw bytes of a notebook have a tab as an escape
_SIGN = rf"{_GAP}{{0,24}}(?:{_STRONG}|[|,?<]|as |to |or ){{1,4}}{_GAP}{{0,12}}"
_SIGN_IN_CODE = (
    rf"{_GAP}{{0,24}}(?:(?:{_STRONG}){{1,4}}|(?:[|,?]|or |to ){{1,3}}(?={_GAP}{{0,12}}\[?\\{{0,3}}[\"'`])"
    rf"){_GAP}{{0,12}}"
)
# A type between name and sign: `: &'a str`, `As String`, `string`, `[64]`.
_TYPE = (
    r"(?::[^=\n\"`;,(){}]{1,40}(?==)|"
    r":[ \t]{0,3}[A-Za-z_.]{1,30}\[[^\n]{1,120}?\]{1,3}[ \t]{0,3}(?==[ \t]{0,3}\\{0,3}[\"'])|"
    r"[ \t]{1,3}[A-Za-z.*]{1,12}(?:[ \t]{1,3}[\w.]{1,20})?[ \t]{1,3}(?==)|\[\d{0,5}\])?"
)
_WRAP = (
    r"(?:(?:[A-Z]\w{0,20}\.)?(?:pack|Just|Some)[ \t]\\{0,3}[\"']"
    r"|(?:[\w.]{1,30}\()?(?:default_factory[ \t]?=[ \t]?)?lambda(?:[ \t][\w, *]{1,40})?:[ \t]?[bruf]?\\{0,3}[\"']"
    r"|[A-Za-z_$@#][\w.!:#]{0,40}\\{0,3}[(\"'`][\"'\\]{0,3})?(?:(?i:bearer|basic|token|apikey|key)[ \t]{1,3})?"
)
_BEHIND_SIGN = rf"{_CLOSE}{_TYPE}{_SIGN}{_OPEN}{_WRAP}{VALUE}"
_SIGN_THEN_VALUE = rf"{_CLOSE}{_TYPE}{_SIGN_IN_CODE}{_OPEN}{_WRAP}{VALUE}"
_SCHEME = r"(?:[A-Za-z][\w-]{1,15}[ \t])?"
# `--token V`, `#define NAME "V"`, `ENV NAME V`, `password V` of a .netrc.
_BEHIND_SPACE = rf"{_CLOSE}{_GAP}{{1,12}}(?:--?[a-z][\w-]{{0,20}}[ =])?{_OPEN}{_SCHEME}{VALUE}"
# A line end may be written as an escape, once more in raw bytes, where a quotation mark is one too.
_TO_LINE_END = r"(?:[^\n\\]|\\{1,3}\"){0,40}(?:\r?\n|\\{1,2}r|\\{1,2}n)"
_NEXT_LINE = rf"{_TO_LINE_END}[^A-Za-z0-9]{{0,60}}{_SCHEME}{VALUE}"
_SENTENCE = (
    rf"(?:[ \t][A-Za-z'(][\w'@./)-]{{0,40}}){{1,8}}[*_`\"']{{0,3}}[ \t]{{0,3}}(?::|=|->|→|-|\||\bis\b)"
    rf"[^A-Za-z0-9]{{0,40}}{VALUE}"
)
# `set_password("IonQ", user, "V")`, `open("ionq.token", "w").write("V")`.
_ARGUMENT = r"(?:\\{0,3}[\"'][^\"'\n]{0,80}[\"']|[\w.\[\]]{1,60})"
_IN_CALL = (
    rf"(?:\([ \t]{{0,4}}{_ARGUMENT},[ \t]{{0,4}}{_ARGUMENT},[ \t]{{0,4}}"
    r"|[^\n]{0,60}?\.write(?:_text|_bytes)?\([ \t]?"
    r"|[^\n]{0,60}?\bas[ \t]\w{1,40}:(?:\s|\\n|[\",]){1,60}\w{1,40}\.write\([ \t]?)"
    rf"[bru]?\\{{0,3}}[\"']{VALUE}"
)
# What a function gives back, what stands in for a variable of the environment, and what a loop goes over.
_RETURNED = (
    r"\([^()\n]{0,120}\)[^\n{};=()]{0,40}[{:](?:\s|\\n|[\",]){1,60}(?:return|yield)[ \t(]{1,4}[bru]?\\{0,3}[\"'`]"
    rf"{VALUE}"
)
_OF_ENVIRONMENT = (
    rf"{_CLOSE}[ \t]{{0,4}}(?:<-|:=|[:=]|\(or)[^\n\"'`]{{0,40}}?(?i:env)[\w.()\[:]{{0,40}}"
    r",?[ \t]{0,2}(?:\\{0,3}[\"'`][^\"'`\n]{1,60}\\{0,3}[\"'`])?[^\"'`\n]{0,24}\\{0,3}[\"'`]"
    rf"{VALUE}"
)
_IN_LOOP = rf"[ \t]{{1,2}}in[ \t]{{1,2}}(?:enumerate\()?[\[(][ \t]{{0,2}}[bru]?\\{{0,3}}[\"']{VALUE}"
_ARROW = (
    r"[ \t]{0,4}=[ \t]{0,4}(?:async[ \t])?\([^()\n]{0,120}\)[^\n{};=()]{0,40}=>(?:\s|\\n|[\",]){0,8}"
    rf"(?:\{{(?:\s|\\n|[\",]){{1,60}}return[ \t]{{1,4}})?\(?\\{{0,3}}[\"'`]{VALUE}"
)
_LATER = rf"{_RETURNED}|{_ARROW}|{_OF_ENVIRONMENT}|{_IN_LOOP}"
# A row of `%whos`, and a chat in which somebody says the next line.
_WHOS = rf"[ \t]{{1,80}}(?:str|bytes|SecretStr)[ \t]{{1,40}}[b\"'\\]{{0,4}}{VALUE}"
_SPEAKER = (
    r"(?:[\[(]?\d[\d/.:, T-]{2,24}(?:[AaPp][Mm])?[\])]?[ \t-]{0,4})?"
    r"(?:<[A-Za-z][\w.' -]{0,30}>|[A-Za-z][\w.' -]{0,30}:)[ \t]{1,2}"
)
_SAID = rf"{_TO_LINE_END}[\"', \t]{{0,40}}{_SPEAKER}{VALUE}"
# What marks in coloured code begin with, behind a name; and a run of characters that may be a value, from its first on.
MARK = rf"{NAME}{_CLOSE}(?:<|&\w{{2,5}};|[ \t]{{0,4}}{COLOUR_SIGN}|\}}[ \t]{{0,4}}\\PY)"
RUN = rf"(?<!{OF_VALUE})(?={OF_VALUE}*?[0-9!@#^*~]|{OF_VALUE}*?@RARE@)(?={OF_VALUE}*?[A-Za-z]){OF_VALUE}{{6}}"
# A heading or a key with entries below it, and one of these that says no more than `key`.
BELOW = (
    r"\\{0,3}[\"']?[ \t]{0,4}(?:\]|[:=][ \t]{0,4}(?:\{|\r?\n|\\[rn]))[\s\S]{0,500}?"
    rf"(?i:key)s?\\{{0,3}}[\"']?[ \t]{{0,4}}[:=][ \t]{{0,4}}\\{{0,3}}[\"']?{MADE}"
)
# `x = a if b else "V"`; `user, token = "svc", "V"`; `INSERT INTO users (name, password) VALUES ('ann', 'V')`.
_LAST = rf"[^\n]{{0,120}}?(?:\b(?:else|or)|=[^\n=]{{1,80}},)[ \t]{{1,4}}[rbu]?\\{{0,3}}[\"']{VALUE}"
_INSERTED = rf"[^()\n]{{0,200}}\)(?:\s|\\n){{1,8}}(?i:values)(?:\s|\\n){{0,8}}\([^\n]{{0,200}}?['\"]{VALUE}"
# `${NAME:-V}`; `"NAME") ?: "V"`, `"NAME").unwrap_or("V"`; `$ENV{NAME} = "V"`.
_STANDS_IN = (
    rf"\w{{0,40}}?(?::?[-=](?={OF_VALUE}{{6,300}}\}})"
    r"|\\{0,3}[\"']\){1,2}(?:[ ]{0,2}\?:[ ]{0,2}|\.(?:unwrap_or|or|getO|ifB)\w{0,9}[ ]?[({][^\n\"']{0,8})\\{0,3}\""
    r"|\\{0,3}[\"']?\}[ \t]{0,4}(?:=|\|\|=?|//=?)[ \t]{0,4}\\{0,3}[\"'])"
    rf"{VALUE}"
)
COMMENT = rf"{NAME}{_SENTENCE}"
IN_CODE = rf"(?:{NAME}(?:{_SIGN_THEN_VALUE}|{_BEHIND_SPACE}|{_IN_CALL}|{_LAST}|{_INSERTED}|{_LATER})|{_STANDS_IN})"
_IN_LINES = rf"{_NEXT_LINE}|{_SENTENCE}|{_WHOS}|{_SAID}"
IN_TEXT = (
    rf"(?:{NAME}(?:{_BEHIND_SIGN}|{_BEHIND_SPACE}|{_IN_LINES}|{_IN_CALL}|{_LAST}|{_INSERTED}|{_LATER})|{_STANDS_IN})"
)
# What a sibling called `value` says.
NAMED_VALUE = rf"[^A-Za-z0-9]{{1,20}}{_SCHEME}{VALUE}"
