"""Finds files that are made to keep credentials, where one lies in the repository with a value in it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nbguard.detect.credentials.config_keys import key_matches, read_config
from nbguard.detect.generic.address_passwords import is_address_password
from nbguard.detect.hygiene.files_by_path import MOST_READ, FilesByPath
from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.detect.triggers import load_triggers
from nbguard.detect.values.attribution import choose_rule, looks_made
from nbguard.detect.values.classifier import can_be_chosen
from nbguard.documents.structure.http import read_addresses
from nbguard.documents.structure.pair_reader import read_pairs
from nbguard.documents.structure.sections import read_sections
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.sink_index import SinkIndex
    from nbguard.documents.fields import Document, Field

_RULE = "credential-file"
_KNOWN = load_knowledge("credential_files")
_TELLING, _OTHER_MEANING = (lazy_regex(_KNOWN["env"][name], re.IGNORECASE) for name in ("names", "other_names"))


class CredentialFileDetector(FilesByPath):
    """Files that are made to keep credentials."""

    def find_in(self, document: Document, fields: Iterable[Field], /) -> Iterator[Finding]:
        """Yields one finding, at the first line, where a document is a file for credentials and holds one.

        The finding's value is the file's path: the fingerprint is the file's, not the credential's.
        """
        path = document.path.replace(os.sep, "/").replace("\\", "/")
        index = known_sinks()
        field = next(iter(fields))
        text = field.text[:MOST_READ]
        provider = _provider_of(path, text, index)
        if provider is None and not _holds_one(os.path.basename(path).lower(), text, index):
            return
        line = text.find("\n")
        end = max(1, len(text) if line < 0 else line)
        yield make_finding(_RULE, field, 0, end, path, "the file's name", provider)


def _provider_of(path: str, text: str, index: SinkIndex) -> str | None:
    """The provider whose configuration file this is, if there is a credential in it."""
    uses = [use for use in index.files if use.path.search(path)]
    pairs = list(read_config(text, path)) if any(use.keys for use in uses) else []
    for use in uses:
        values = [text.strip()] if not use.keys else [pair.value for pair in pairs if key_matches(pair, use.keys)]
        if any(choose_rule([(use.provider, use.rule)], value) is not None for value in values):
            return use.provider.id
    return None


def _holds_one(name: str, text: str, index: SinkIndex) -> bool:
    """Whether a developer's file of this name holds a password or token."""
    if name == _KNOWN["bare"]:
        return len(text.split()) == 1 and _is_meant(text.strip())
    if name in _KNOWN["dotfiles"]:
        keys = _KNOWN["dotfile_keys"]
        named = (pair.value for pair in read_pairs(text, name) if pair.name.rpartition(":")[2].lower() in keys)
        return any(map(_is_meant, named))
    if not load_triggers().files.is_env_file(name):
        return False
    for pair in read_sections(text):
        if any(is_address_password(one.value, pair.value[one.end + 1 :]) for one in read_addresses(pair.value)):
            return True
        uses = list(index.env_uses(pair.name))
        if uses and choose_rule(uses, pair.value) is not None:
            return True
        key = pair.name
        telling = _TELLING.search(key) or (key.lower().endswith("_key") and looks_made(pair.value))
        if telling and not _OTHER_MEANING.search(key) and _is_meant(pair.value):
            return True
    return False


def _is_meant(value: str) -> bool:
    value = value.strip("\"'")
    if len(value) < _KNOWN["shortest"] or len(set(value)) < _KNOWN["fewest_signs"]:
        return False
    return not value.isdigit() and can_be_chosen(value)
