"""Says what a text is: a token, a password, a hash, an id, a reference, a path, a placeholder, a word and more.

The only judge of that. Detectors ask ``is_plausible_token`` or ``is_plausible_password`` of a value whose place says
credential; whoever wants to know more asks ``classify``. Words and thresholds: ``knowledge/values.toml``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.encodings import is_signed_token, text_in_base64
from nbguard.detect.values.forms import form_of
from nbguard.detect.values.indirect_values import is_address, is_path, is_store_reference, is_template
from nbguard.detect.values.placeholders import has_dummy_mark, is_placeholder, is_stock_password
from nbguard.detect.values.word_likeness import entropy, is_in_words, is_phrase, pair_score, wordy_share
from nbguard.documents.structure.word_marks import MARKS
from nbguard.lazy_regex import kept_regex, lazy_regex
from nbguard.named_tuple import NamedTuple

# Kinds that can be a credential where the place says so.
TOKEN, SIGNED_TOKEN, PASSWORD, HASH, UUID, BASE64 = "token", "signed token", "password", "hash", "uuid", "base64 text"
# Kinds that can't.
EMPTY, STORE, TEMPLATE, PLACEHOLDER, STOCK = "empty", "store reference", "template", "placeholder", "stock password"
ADDRESS, PATH, CODE, WORD, SENTENCE = "address", "path", "code", "word", "sentence"
DIGEST_OF_PASSWORD, PUBLIC_KEY, CHECKSUM = "password hash", "public key", "checksum"
NUMBER, DATE, VERSION, TOO_LONG = "number", "date", "version", "too long"

_TOKENS = frozenset((TOKEN, SIGNED_TOKEN, HASH, UUID, BASE64))
_STAND_INS = frozenset((EMPTY, STORE, TEMPLATE, PLACEHOLDER, STOCK))
_OTHER_THINGS = frozenset((ADDRESS, PATH, CODE, SENTENCE, TOO_LONG))
_PASSWORDS = _TOKENS | {PASSWORD}
# A password that isn't written for a reader: its least length, and the most of it that may read like words.
_TELLING, _LITTLE = 8, 0.4


class ValueJudgement(NamedTuple):
    """What a text is (one of this module's kinds), and the reason in words, without the text."""

    kind: str
    reason: str


_HEX = lazy_regex(r"[0-9a-f]+|[0-9A-F]+")
_DIGESTS = frozenset((32, 40, 48, 56, 64, 96, 128))
_WORDS_OF_SENTENCE = lazy_regex(r"[^\W\d_]{2,}")
# Words of letters alone, in whatever language.
_ONLY_WORDS = lazy_regex(r"[^\W\d_]{2,40}+[?!.,:]{0,3}(?: [^\W\d_]{2,40}+[?!.,:]{0,3}){1,12}")
_MARKS = lazy_regex(f"[{MARKS}]")
# Where a translation is given a number or a name.
_FILLED_IN = lazy_regex(r"\{\d{0,2}\}")
_ESCAPED = lazy_regex(r"%[0-9A-Fa-f]{2}")
# The first part of a JSON Web Token, and perhaps the beginning of the second: `{"alg":`, `"typ"`, `"kid"`, `"enc"`.
_CUT_SHORT = lazy_regex(
    r"eyJ[A-Za-z0-9_-]{12,100}\.(?:eyJ[A-Za-z0-9_-]{0,30})?|eyJ(?:hbGci|0eXAi|raWQi|lbmMi)O[A-Za-z0-9_-]{0,200}"
)
_JSON = ('{"', '[["', '["')
_PIECE = lazy_regex(r"[^\s\"\[\]{},:]{6,}")
_NAME = lazy_regex(r"[A-Za-z]+(?:[_.:/-][A-Za-z0-9_.:/-]*)?\d{0,4}")


@lru_cache(maxsize=4096)
def classify(text: str, context: str = "") -> ValueJudgement:
    """What a text is, with the reason.

    ``context`` is what its place says it should be: ``token``, ``password``, or nothing. A password may be made of
    words with digits and signs between them, which are only words elsewhere. Takes time linear in the text.
    """
    value = text.strip()
    limits = load_knowledge("values")["thresholds"]
    if not value:
        return ValueJudgement(EMPTY, "nothing in it")
    if len(value) > limits["longest"]:
        return ValueJudgement(TOO_LONG, "longer than any credential")
    if _ESCAPED.search(value) is not None:
        if not any(map(str.isalnum, _ESCAPED.sub("", value))):
            return ValueJudgement(CODE, "signs and their escapes")
        from urllib.parse import unquote

        if "%" not in (plain := unquote(value)):
            value = plain.strip() or value
    return _as_stand_in(value) or _as_known_form(value, limits) or _as_secret(value, context, limits)


def is_plausible_token(value: str) -> bool:
    """Whether a value can be a token, key or secret: made by a machine, and no name, path, reference or template."""
    return classify(value, "token").kind in _TOKENS


def is_plausible_password(value: str) -> bool:
    """Whether a value can be a password: as a token, or chosen by a person to be hard to guess."""
    return classify(value, "password").kind in _PASSWORDS


def is_random_password(value: str) -> bool:
    """Whether a value can only be a machine's: a token, or letters with digits or signs and hardly a word."""
    kind = classify(value, "password").kind
    if kind == PASSWORD and len(value) >= _TELLING and not value.isalpha():
        return wordy_share(value) < _LITTLE
    return kind in _TOKENS


def stands_for_another(value: str) -> bool:
    """Whether a value stands for a credential, or points to one, and is none: a placeholder, template or reference."""
    return classify(value).kind in _STAND_INS


def can_be_chosen(value: str) -> bool:
    """Whether a value that reached a place for a password can be one, however weak: it stands for nothing else."""
    return classify(value, "password").kind not in _STAND_INS | _OTHER_THINGS


def _as_stand_in(value: str) -> ValueJudgement | None:
    """What only stands for a credential, or points to it."""
    if is_store_reference(value):
        return ValueJudgement(STORE, "points to where a secret is kept")
    if is_template(value):
        return ValueJudgement(TEMPLATE, "is filled in later")
    if is_placeholder(value) or has_dummy_mark(value):
        return ValueJudgement(PLACEHOLDER, "says what should stand there")
    if is_stock_password(value):
        return ValueJudgement(STOCK, "what documentation writes as a password")
    return None


def _as_known_form(value: str, limits: dict[str, float]) -> ValueJudgement | None:
    """What has a form of its own."""
    if form_of("uuid").fullmatch(value) is not None:
        return ValueJudgement(UUID, "five groups of hex digits")
    if form_of("password-hash").fullmatch(value) is not None:
        return ValueJudgement(DIGEST_OF_PASSWORD, "the hash of a password, with its salt")
    if form_of("checksum").fullmatch(value) is not None:
        return ValueJudgement(CHECKSUM, "the checksum of a package")
    if form_of("public-key").match(value) is not None:
        return ValueJudgement(PUBLIC_KEY, "the public part of a pair of keys")
    if form_of("date").fullmatch(value) is not None:
        return ValueJudgement(DATE, "a date or a time")
    if form_of("number").fullmatch(value) is not None:
        return ValueJudgement(NUMBER, "a number")
    if form_of("version").fullmatch(value) is not None:
        return ValueJudgement(VERSION, "a version")
    if is_signed_token(value):
        return ValueJudgement(SIGNED_TOKEN, "three parts of base64 with JSON in the first")
    if _CUT_SHORT.fullmatch(value) is not None:
        return ValueJudgement(PLACEHOLDER, "a JSON Web Token without its end")
    if is_address(value):
        return ValueJudgement(ADDRESS, "an address")
    if is_path(value):
        return ValueJudgement(PATH, "a path or the name of a file")
    if form_of("colour").fullmatch(value) is not None:
        return ValueJudgement(NUMBER, "a colour")
    if form_of("chain-address").fullmatch(value) is not None:
        return ValueJudgement(ADDRESS, "an account on a chain")
    return _as_code(value, limits)


def _as_code(value: str, limits: dict[str, float]) -> ValueJudgement | None:
    """What a program's text is."""
    given = form_of("given").match(value)
    if given is not None and wordy_share(given[1]) >= limits["wordy"]:
        return ValueJudgement(CODE, "a name with a value of its own")
    if form_of("piece-of-code").search(value) is not None:
        return ValueJudgement(CODE, "a piece of a program")
    if form_of("code").fullmatch(value) is not None and (wordy_share(value) >= 0.5 or not any(map(str.isalnum, value))):
        return ValueJudgement(CODE, "a piece of a program")
    return None


def _as_secret(value: str, context: str, limits: dict[str, float]) -> ValueJudgement:
    """A token, a hash, base64 or a password, else words."""
    value = _without_numbered_words(value)
    share = wordy_share(value)
    if _is_sentence(value, share, limits):
        return ValueJudgement(SENTENCE, "words with spaces between them")
    if _HEX.fullmatch(value) is not None and len(value) >= limits["hex_length"]:
        if entropy(value) < limits["hex_entropy"]:
            return ValueJudgement(WORD, "hex digits with an order")
        return ValueJudgement(HASH if len(value) in _DIGESTS else TOKEN, "hex digits without an order")
    plain = text_in_base64(value)
    if plain.startswith(_JSON):
        if _is_plain_json(plain):
            return ValueJudgement(WORD, "base64 of words")
        return ValueJudgement(BASE64, "base64 of a text")
    if plain:
        if is_placeholder(plain) or has_dummy_mark(plain) or is_stock_password(plain):
            return ValueJudgement(PLACEHOLDER, "base64 of what should stand there")
        # A login without a user begins with the colon.
        kind = classify(plain.removeprefix(":"), "password").kind
        if kind not in _PASSWORDS | {ADDRESS, CODE}:
            return ValueJudgement(WORD, "base64 of words")
        return ValueJudgement(BASE64, "base64 of a text")
    if len(value) >= limits["token_length"] and _is_mixed(value, limits) and _is_unordered(value, share, limits):
        return ValueJudgement(TOKEN, "characters without an order")
    if context == "password" and _is_chosen(value, share, limits):
        return ValueJudgement(PASSWORD, "letters, digits and signs that were chosen")
    return ValueJudgement(WORD, "reads like a word or a name")


def _is_plain_json(text: str) -> bool:
    """Whether nothing in a JSON text is random: the mark of a page, what a client sends on."""
    return not any(classify(piece, "password").kind in _PASSWORDS for piece in _PIECE.findall(text))


def _is_sentence(value: str, share: float, limits: dict[str, float]) -> bool:
    """Whether a value is words with spaces between them, in any language."""
    if " " in value and not any(map(str.isdigit, _FILLED_IN.sub("", value))):
        return True  # of a translation, with a name or an abbreviation in it
    if _ONLY_WORDS.fullmatch(value) is not None or (not value.isascii() and _without_marks(value).isalpha()):
        return True
    words = _WORDS_OF_SENTENCE.findall(value) if " " in value else []
    return (len(words) > 1 and share >= limits["wordy"]) or value.count(" ") > 3 or "\n" in value


def _without_numbered_words(value: str) -> str:
    """A value without the words in it that have digits: ``base64-encoded`` is made of words."""
    return _numbered_words().sub("", value) if any(map(str.isdigit, value)) else value


@cache
def _numbered_words() -> re.Pattern[str]:
    words = "|".join(load_knowledge("values")["numbered_words"])
    # By itself, or as the hump of a name: `revokeOAuth2Token`.
    hump = r"(?-i:(?<=[a-z])(?=[A-Z]))"
    return kept_regex(rf"(?:(?<![A-Za-z0-9])|{hump})(?:{words})(?-i:(?![a-z0-9]))", re.IGNORECASE)


def _is_mixed(value: str, limits: dict[str, float]) -> bool:
    """Whether a value has the variety of a random one."""
    if len(set(value)) < min(limits["token_distinct"], len(value) * 0.6):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    if not letters:
        return False
    if is_phrase(value):
        return False
    if digits:
        if form_of("numbered-name").fullmatch(value) is not None:
            return False
        return digits >= 2 or letters + digits < len(value) or _has_both_cases(value)
    if _has_both_cases(value):
        return not is_in_words(value)
    bare = _letters_of(value)
    return (bare == value or len(bare) >= limits["letters_in_groups"]) and pair_score(bare) <= limits[
        "lower_only_score"
    ]


def _is_unordered(value: str, share: float, limits: dict[str, float]) -> bool:
    """Whether a value doesn't read like words, or has its digits scattered as nobody writes them."""
    if share <= limits["wordy"]:
        return True
    return _has_scattered_digits(value, limits)


def _has_scattered_digits(value: str, limits: dict[str, float]) -> bool:
    """Whether letters and digits take turns as in no word with a number."""
    # A long one may have the signs of base64url in it.
    bare = value.replace("_", "").replace("-", "") if len(value) >= limits["long"] else value
    changes = sum(before.isdigit() != after.isdigit() for before, after in pairwise(bare))
    return bare.isalnum() and changes >= limits["scattered"] * len(bare)


def _is_chosen(value: str, share: float, limits: dict[str, float]) -> bool:
    """Whether a value that is no token may be a password: long enough, of several kinds of character."""
    if len(value) < limits["password_length"] or len(set(value)) < limits["password_distinct"] or " " in value:
        return False
    if _NAME.fullmatch(value) is not None and share >= limits["wordy"] and not _has_both_cases(value):
        return False
    digits, letters = sum(map(str.isdigit, value)), sum(map(str.isalpha, value))
    kinds = bool(digits) + (letters + digits < len(value)) + (1 + _has_both_cases(value) if letters else 0)
    if letters and not digits and value.isascii() and kinds < 3:
        return pair_score(_letters_of(value)) <= limits["lower_only_score"]
    if not letters or kinds < 2:
        return False
    if digits and len(value) >= limits["scattered_length"] and _has_scattered_digits(value, limits):
        return True
    return (kinds >= 3 or share <= limits["wordy"]) if digits else (kinds >= 3 and share <= limits["wordy"])


def _without_marks(value: str) -> str:
    return _MARKS.sub("", value.strip("?!.,:"))


def _letters_of(value: str) -> str:
    """What is left of a value without signs between its letters."""
    return re.sub(r"[\W_]+", "", value)


def _has_both_cases(value: str) -> bool:
    return value.lower() != value != value.upper()


def forget_values() -> None:
    """Lets go of the values that were classified: for whoever lives longer than a run."""
    classify.cache_clear()
