"""Words of calls and commands that are given a password, and what stands behind each in a text and in raw bytes.

These are rare words, so that each has a regex of its own for what has to follow; it is asked of the raw bytes, in which
a quotation mark may have a backslash and a line's end may be the end of a string in a list.
"""

from __future__ import annotations

import re
from functools import cache

# A string of four characters and more; the last of two arguments.
_STRING = r"\\{0,3}[\"'`][^\"'`\s\\]{3}"
_LAST = rf"[\s\S]{{0,900}}?,[\s\S]{{0,100}}?{_STRING}"
_OPTION = r"[\s\S]{{0,900}}?[ \t\"]-{0}[ \t=]{{0,2}}\\{{0,3}}[\"']?[^\s\"'\\-][^\s\"'\\]{{2}}"
# Blanks, of which raw JSON writes some as an escape.
_BLANKS = r"(?:[ \t]|\\t){0,4}"
# How a code of a terminal begins, which may stand before or inside a value.
_COLOUR = r"(?:\x1b|\\(?:u001b|x1b|033))\["

# Those of them that stand nearly everywhere, also in longer words.
ORDINARY_WORDS = ("pass",)
LOGIN_WORDS = {
    # A name that ends so, or has a little more behind it, and a string; a variable of a shell.
    "pass": rf"[\w-]{{0,34}}(?:\\{{0,3}}[\"'`])?[)\]]?{_BLANKS}(?::?=|=>|={{2,3}}|!==?|[:,(]){_BLANKS}[rbuRBU]{{0,2}}"
    r"(?:\\{0,3}[\"'`]){1,3}[^\n\"'`]{6}|(?<=PASS)[_\d]{0,3}=[!-~]{8}",
    **dict.fromkeys(
        ("auth=(", "auth = (", "auth=[", "auth' =>", "basicauth(", "basic_auth(", "digestauth(", "proxyauth(",
         "authenticate(", "passwordcredentials(", "networkcredential(", "add_credentials(", ".login(",
         "getconnection(", "ftp(", "ftp_tls(", "mysqli(", "mysqli_connect(", "pdo(", "dbi->connect(",
         "plaincredentials(", "username_pw_set(", "oauthhandler(", "oauth1(", "ldap3", "compare_digest("),
        _LAST,
    ),
    "getpass": rf"\([^()\n]{{0,300}}\)[ \t]{{1,4}}or[ \t]{{1,4}}{_STRING}",
    "parametrize(": rf"[\s\S]{{0,600}}?[\[(,][\s\S]{{0,60}}?{_STRING}",
    **dict.fromkeys(
        ("send_keys(", "sendkeys(", "sendline(", "serializer(", "bearerauth("),
        rf"[\s\S]{{0,100}}?{_STRING}",
    ),
    "fernet(": r"[\s\S]{0,100}?[\"'][A-Za-z0-9_-]{43}=",
    **dict.fromkeys(
        ("b64encode(", "btoa(", "base64_encode(", "encode64(", "buffer.from(", "encodetostring("),
        r"[\s\S]{0,30}?[\"'`][^\s\"'`:/{}$]{1,100}:[^\s\"'`{}$]{4}",
    ),
    "basic ": r"[ \t]{0,2}[A-Za-z0-9+/]{6,1024}+={0,2}\\{0,3}[\"'`]",
    "userpwd": r"[\\\"']{0,4}[ \t]{0,4}(?:,|=>?)[ \t]{0,4}\\{0,3}[\"'][^\s\"'`:/{}$]{1,100}:[^\s\"'`{}$]{4}",
    **dict.fromkeys(("jwt.encode(", "jwt.decode(", "jwt.sign(", "jwt.verify("), rf"[\s\S]{{0,600}}?{_STRING}"),
    "bearer_auth(": rf"[\s\S]{{0,30}}?{_STRING}",
    "convertto-securestring": rf"[\s\S]{{0,30}}?{_STRING}",
    # A scheme before its value, or one that an expression puts in front of it.
    "bearer": rf"[ \t]{{1,2}}[\w.+/~-]{{20}}|[ \t]{{0,2}}[\w.+/~-]{{0,19}}{_COLOUR}"
    r"|[ \t]{0,2}(?:\\{0,3}[\"']|\{|%s)[\s\S]{0,40}?\\{0,3}[\"'][^\s\"'`\\<>,;{}]{6}",
    "token {": r"\w{0,20}\}[\s\S]{0,40}?\\{0,3}[\"'][^\s\"'`\\<>,;{}]{6}",
    "token %s": r"[\s\S]{0,40}?\\{0,3}[\"'][^\s\"'`\\<>,;{}]{6}",
    # A value that is written to a file by its name.
    "echo ": r"(?:-n[ \t]{1,4})?\\{0,3}[\"']?[^\s\"'\\<>|;&$`]{6,400}\\{0,3}[\"']?[ \t]{0,4}>{1,2}[ \t]{0,4}"
    r"[^\s;&|]{0,200}(?:token|secret|passw|key|credential)",
    "sshpass": r"[ \t]{1,4}-p",
    **dict.fromkeys(("mysql -", "mysqldump -", "mysqladmin -"), ""),
    "redis-cli": _OPTION.format("(?:a|-pass)"),
    **dict.fromkeys(("docker login", "podman login", "mongosh", "rabbitmqadmin"), _OPTION.format("p")),
    **dict.fromkeys(("ldapsearch", "ldapmodify", "ldapadd", "ldapwhoami", "ldappasswd"), _OPTION.format("w")),
    "htpasswd": r"[ \t]{1,4}(?:-[A-Za-z]{1,6}[ \t]{1,4}){0,3}-[A-Za-z]{0,6}b",
    **dict.fromkeys(("-pass ", "-passin ", "-passout "), r"[ \t]{0,3}\\{0,3}[\"']?pass:"),
    # A header with a scheme of somebody's own.
    "authorization": r"[\\\"'`)\]]{0,8}[ \t]{0,4}(?:[:=,]|=>)[ \t]{0,4}[\\\"'`rbufRBUF]{0,6}"
    rf"(?:[A-Za-z][\w-]{{1,20}}(?:[ \t]{{1,3}}[^\s\"'`\\<>]{{10}}|[ \t]{{0,3}}[^\s\"'`\\<>]{{0,9}}{_COLOUR})"
    rf"|{_COLOUR})",
    "/user:": r"[^\s\"']{1,80}[ \t]{1,4}\\?[\"']?[^\s\"'\\]{3}",
}  # fmt: skip


@cache
def confirm_of(word: str) -> str:
    """The regex that raw bytes match where such a word stands."""
    letters = re.escape(word)
    return f"(?i:{letters})(?:{LOGIN_WORDS[word]})" if LOGIN_WORDS[word] else ""


def shows_login(word: str, text: str, start: int) -> bool:
    """Whether behind such a word at an offset of a text a password may stand."""
    return not LOGIN_WORDS[word] or _compiled(word).match(text, start) is not None


@cache
def _compiled(word: str) -> re.Pattern[str]:
    return re.compile(confirm_of(word), re.ASCII)
