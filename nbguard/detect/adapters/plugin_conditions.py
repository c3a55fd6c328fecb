r"""For each detect-secrets plugin, what every line it finds something in must hold, as expressions for hyperscan.

Each expression is one of the plugin's own regexes cut down: look-arounds dropped, open tails cut off, counted parts
kept. Only what narrows is left out, so a line on which no expression of a plugin matches can't hold a match of the
plugin. Entropy plugins get the least length that can pass their limit: n characters have at most log2(n) bits each,
so 4.5 bits take 23 characters and 3 bits take 9.

The expressions see UTF-8 bytes, the plugins see characters: what Unicode adds to ``\w``, ``\s`` and ``\d`` is let in
as the bytes 0x80-0xff, and a count of characters is a least count of bytes. Two characters fold to ASCII letters when
case is ignored (U+017F to s, U+212A to k): lines with one of them are always asked.

A plugin that isn't in the table, or isn't the one that its expressions were written for, is always asked.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

_W = r"[\w\x80-\xff]"
_S = r"[\s\x1c-\x1f\x80-\xff]"
_D = r"[\d\x80-\xff]"
# name, closing quote and bracket, operator, opening quote: RegexBasedDetector.build_assignment_regex
_ASSIGNED = r"""["'\]]{0,2} *(?:=>|:=|::|=|:| ) *["']?"""
_PASS = r"(?:key|pwd|pw|password|pass|token)"

_DENIED = (
    r"(?:(?:api|auth|service|account|db|database|priv|private|client)_?key|(?:db|database|key)_?pass|passw(?:or)?d|pwd"
    r"|secret|contrase(?:\xc3[\xb1\x91]|n)a)"
)
_BEHIND = rf"(?i){_DENIED}{_W}*[\]'\"]{{0,2}}(?:\[[0-9]*\])?{_S}*[:=!]{{1,3}}>?{_S}*@?"
# KeywordDetector asks for quotes in most languages, and not in YAML, Go and the like.
KEYWORD_QUOTED = (
    rf"{_BEHIND}['\"`]{_W}",
    rf"(?i){_DENIED}{_W}*(?:[^\n]{{1,4}}assign)?\(\"{_W}",
    rf"(?i){_DENIED}{_W}*[^\s]{{0,204}}{_S}*['\"`][^'\"\x0b\n]+['\"`];",
    rf"(?i)['\"`]{_S}*[!=]{{2,3}}{_S}*{_W}*{_DENIED}",
)
KEYWORD_BARE = (rf"{_BEHIND}['\"`]?{_W}", *KEYWORD_QUOTED[1:])

CONDITIONS: dict[str, tuple[str, ...]] = {
    "ArtifactoryDetector": (
        rf"(?m)(?:^|[\s=:\"\x1c-\x1f\x80-\xff])(?:AKC[A-Za-z0-9]|AP(?:[A-F]|{_D}+)[A-Za-z0-9])[A-Za-z0-9]{{7}}",
    ),
    "AWSKeyDetector": (
        r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}",
        r"(?i)aws[^\n]{0,176}['\"][0-9a-zA-Z/+]{40}['\"]",
    ),
    "AzureStorageKeyDetector": (r"AccountKey=[A-Za-z0-9+/=]{88}",),
    "Base64HighEntropyString": (
        r"\"[A-Za-z0-9+/\\_=-]{23}[A-Za-z0-9+/\\_=-]*\"",
        r"'[A-Za-z0-9+/\\_=-]{23}[A-Za-z0-9+/\\_=-]*'",
    ),
    "BasicAuthDetector": (r"://[^\s:/?#\[\]@!$&'()*+,;=]+:[^\s:/?#\[\]@!$&'()*+,;=]+@",),
    "CloudantDetector": (
        rf"(?i)cl(?:oudant|ou)?[_-]?(?:api)?{_PASS}{_ASSIGNED}[a-z0-9]{{24}}",
        rf"(?i)https?://(?:{_W}|-)+:[a-z0-9]{{24,64}}@",
    ),
    "DiscordBotTokenDetector": (rf"(?:{_W}|-)\.(?:{_W}|-){{6,24}}\.(?:{_W}|-){{27}}",),
    "GitHubTokenDetector": (r"gh[pousr]_[A-Za-z0-9_]{36}",),
    "GitLabTokenDetector": (r"(?:gl(?:pat|dt|ft|soat|rt|imt|ptt|agent|oas)-|GR1348941|glcbt-)[A-Za-z0-9_-]{20}",),
    "HexHighEntropyString": (r"\"[0-9a-fA-F]{9}[0-9a-fA-F]*\"", r"'[0-9a-fA-F]{9}[0-9a-fA-F]*'"),
    "IbmCloudIamDetector": (rf"(?i)(?:key|pwd|password|pass|token){_ASSIGNED}[A-Za-z0-9_-]{{44}}",),
    "IbmCosHmacDetector": (rf"(?i)secret[-_]?(?:access)?[-_]?key{_ASSIGNED}[a-f0-9]{{48}}",),
    "IPPublicDetector": (r"(?:[0-9]{1,3}\.){3}[0-9]",),
    "JwtTokenDetector": (r"eyJ[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]",),
    "KeywordDetector": KEYWORD_QUOTED,
    "MailchimpDetector": (r"[0-9a-z]{32}-us[0-9]",),
    "NpmDetector": (r"/:_authToken=",),
    "OpenAIDetector": (r"[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}",),
    "PrivateKeyDetector": (r"BEGIN [A-Z0-9 ]*PRIVATE KEY", r"PuTTY-User-Key-File-2"),
    "PypiTokenDetector": (r"pypi-AgE[A-Za-z0-9_-]{70}",),
    "SendGridDetector": (r"SG\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9_-]{43}",),
    "SlackDetector": (rf"(?i)xox[abpors]-{_D}", r"(?i)https://hooks\.slack\.com/services/T"),
    "SoftlayerDetector": (
        rf"(?i)(?:softlayer|sl)[_-]?(?:api)?[_-]?{_PASS}{_ASSIGNED}[a-z0-9]{{64}}",
        r"(?i)https?://api[^\n]{1,4}softlayer[^\n]{1,4}com/soap/v3",
    ),
    "SquareOAuthDetector": (r"sq0csp-[0-9A-Za-z\\_-]{43}",),
    "StripeDetector": (r"[rs]k_live_[0-9a-zA-Z]{24}",),
    "TelegramBotTokenDetector": (rf"{_D}{{8}}:[0-9A-Za-z_-]{{35}}",),
    "TwilioKeyDetector": (r"(?:AC|SK)[a-z0-9]{32}",),
}  # fmt: skip

# The digest of each plugin (detect-secrets 1.5.0) that the conditions were written for; see digest_of.
WRITTEN_FOR: dict[str, str] = {
    "AWSKeyDetector": "b9f54569645e",
    "ArtifactoryDetector": "046f5b5f9d48",
    "AzureStorageKeyDetector": "a73b55a5e83d",
    "Base64HighEntropyString": "76af530d64be",
    "BasicAuthDetector": "128bfe447464",
    "CloudantDetector": "b58ca5f6c2d8",
    "DiscordBotTokenDetector": "277559e0cbdd",
    "GitHubTokenDetector": "e57ef6987282",
    "GitLabTokenDetector": "688e2f113360",
    "HexHighEntropyString": "e783fa1b3ca9",
    "IPPublicDetector": "a97b35d4e790",
    "IbmCloudIamDetector": "422f08108faf",
    "IbmCosHmacDetector": "ae91dc6fa43e",
    "JwtTokenDetector": "f41bb0d45ab0",
    "KeywordDetector": "4f64735c1d67",
    "MailchimpDetector": "58d7b6f9938c",
    "NpmDetector": "9292f459aeb2",
    "OpenAIDetector": "8d037ecd25ac",
    "PrivateKeyDetector": "c583372fed53",
    "PypiTokenDetector": "a6153ee5051f",
    "SendGridDetector": "17764d49d0fc",
    "SlackDetector": "2d414d3773e4",
    "SoftlayerDetector": "72d0addeafce",
    "SquareOAuthDetector": "16e2c3d06d26",
    "StripeDetector": "c9bfb48251ea",
    "TelegramBotTokenDetector": "d9e7cbd82e41",
    "TwilioKeyDetector": "c2f55cb66619",
}


def digest_of(plugin: Any) -> str:
    """A digest of what decides what a plugin finds: its regexes and its limit."""
    if hasattr(plugin, "denylist"):
        parts = [f"{regex.flags} {regex.pattern}" for regex in plugin.denylist]
    elif hasattr(plugin, "entropy_limit"):
        parts = [plugin.regex.pattern, str(plugin.entropy_limit)]
    else:
        from detect_secrets.plugins import keyword

        tables = (keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP, *keyword.REGEX_BY_FILETYPE.values())
        parts = sorted({f"{regex.flags} {regex.pattern}" for table in tables for regex in table})
        parts += sorted(f"{kind.name} {len(table)}" for kind, table in keyword.REGEX_BY_FILETYPE.items())
    return blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()
