"""When a detect-secrets plugin is worth asking: literals for the prefilter, and a linear regex for the place.

A gate is met by every text of real use that its plugin finds. Some plugins have no literal of their own (Twilio: two
capitals; Telegram: a colon) or an ordinary word for one (IBM Cloud: ``key``). By default they are asked only where
the service is named in the same field, or the value has the form that the service gives out; ``--plugins all`` goes
through ``plugin_conditions`` instead and leaves nothing out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class PluginGate(NamedTuple):
    """One way to a plugin; a plugin may have several.

    ``literals`` are lower case: one of them stands in the field. One of ``needles`` does too, with case, so that most
    fields are done with before a regex is compiled (empty: there is none). ``place`` finds where the plugin could
    match, in linear time: where it has groups, only matches in which a group took part count. ``left`` is how many
    characters before the place the plugin has to see, ``beside`` a lower-case word that is among them. ``confirm``
    is a regex that raw bytes match at the literal, in bounded time (empty: nothing more is known there).
    """

    plugin: str
    literals: tuple[str, ...]
    needles: tuple[str, ...]
    place: str
    confirm: str = ""
    left: int = 64
    beside: str = ""

    def opens(self, text: str, lowered: str) -> bool:
        """Whether a field may hold something for the plugin, by its literals and needles alone."""
        return (not self.needles or any(needle in text for needle in self.needles)) and any(
            literal in lowered for literal in self.literals
        )


_AWS_ID = r"A(?:KIA|SIA|BIA|CCA|3T[A-Z0-9])[0-9A-Z]{16}"
_ASSIGNED = r"""["'\]]{0,2} *(?:=|:|:=|=>| |::) *["']?"""
# The same in raw JSON, where quotes have backslashes.
_RAW_ASSIGNED = r"""[\\"'\] :=>]{1,12}"""
# The whole name, from IBM's on: a key of somebody else's in the same text is none of it.
_IBM_NAMES = ("ibm_cloud", "ibmcloud", "ibm-cloud", "ibm_api", "ibm_iam", "cloud_iam")
_IBM_NAME = (
    rf"(?i:{'|'.join(_IBM_NAMES)})(?i:[a-z0-9]{{0,12}}[-_]){{0,4}}(?i:[a-z0-9]{{0,6}}?(?:key|pwd|pass|password|token))"
)
_API_KEY = r"(?i:api[_-]?key)"
_IBM_VALUE = r"[\w-]{44}"
_GITHUB = ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")
_GITLAB = ("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-", "gloas-",
           "gr1348941")  # fmt: skip
_GITLAB_START = r"(?:gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-|GR1348941)"
_SLACK = ("xoxa-", "xoxb-", "xoxp-", "xoxo-", "xoxs-", "xoxr-")

GATES = (
    PluginGate("AWSKeyDetector", ("akia", "asia", "abia", "acca", "a3t"), ("AK" "IA", "ASIA", "ABIA", "ACCA", "A3T"),
         _AWS_ID, _AWS_ID),
    PluginGate("AWSKeyDetector", ("aws",), (), r"[\"'][0-9A-Za-z/+]{40}[\"']",
         r"(?i:aws)[^\n]{3,130}?[\"'][0-9A-Za-z/+]{40}\\?[\"']", beside="aws"),
    PluginGate("AzureStorageKeyDetector", ("accountkey=",), ("AccountKey=",), r"AccountKey=[A-Za-z0-9+/=]{88}"),
    PluginGate("ArtifactoryDetector", ("akcp", "artifactory"), ("AKCp", "AP"),
         r"(?<![A-Za-z0-9+/])AKCp[A-Za-z0-9]{10,}+|(?<![A-Za-z0-9])AP[\dA-F][A-Za-z0-9]{17,}+(?![A-Za-z0-9+/=])",
         r"AKCp[A-Za-z0-9]{10}|(?i:artifactory)"),
    PluginGate("CloudantDetector", ("cloudant",), (), r"(?i)cloudant", left=200),
    PluginGate("DiscordBotTokenDetector", ("discord",), (),
         r"(?<![\w.-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27}(?![\w-])"),
    PluginGate("GitHubTokenDetector", _GITHUB, _GITHUB, r"gh[pousr]_[A-Za-z0-9_]{36}", r"gh[pousr]_[A-Za-z0-9_]{36}"),
    PluginGate("GitLabTokenDetector", _GITLAB, (), _GITLAB_START + r"[\w-]{20,}+", _GITLAB_START + r"[\w-]{20}"),
    PluginGate("IbmCloudIamDetector", _IBM_NAMES, (),
         _IBM_NAME + _ASSIGNED + _IBM_VALUE + r"(?![\w-])", _IBM_NAME + _RAW_ASSIGNED + _IBM_VALUE),
    PluginGate("IbmCloudIamDetector", ("apikey", "api_key", "api-key"), (),
         _API_KEY + _ASSIGNED + _IBM_VALUE + r"(?![\w-])", _API_KEY + _RAW_ASSIGNED + _IBM_VALUE),
    PluginGate("IbmCosHmacDetector",
         ("secretkey", "secret_key", "secret-key", "secretaccess", "secret_access", "secret-access"), (),
         rf"(?i)secret[-_]?(?:access)?[-_]?key{_ASSIGNED}[a-f0-9]{{48}}(?![a-f0-9])",
         r"(?i:secret[-_]?(?:access)?[-_]?key)" + _RAW_ASSIGNED + "(?i:[a-f0-9]{48})"),
    PluginGate("JwtTokenDetector", ("eyj",), ("eyJ",),
         r"eyJ[\w=-]*+(\.[\w=-]++(?:\.[\w=-]*+)?)?", r"eyJ[\w=-]{8,120}+\.?[\w=-]"),
    PluginGate("MailchimpDetector", tuple(f"-us{digit}" for digit in "0123456789"), ("-us",),
         r"(?<![0-9a-zA-Z])[0-9a-z]{32}-us[0-9]{1,2}(?![0-9a-zA-Z])", r"-us[0-9]{1,2}(?![0-9a-zA-Z])"),
    PluginGate("NpmDetector", (":_authtoken=",), (":_authToken=",), r"/:_authToken=\s{0,8}(?:npm_|[A-Fa-f0-9-]{36})",
         left=300),
    PluginGate("OpenAIDetector", ("t3blbkfj",), ("T3BlbkFJ",), r"[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}",
         r"T3BlbkFJ[A-Za-z0-9]{20}", left=300),
    PluginGate("PrivateKeyDetector", ("private key", "putty-user-key-file-"), ("PRIVATE KEY", "PuTTY-User-Key-File-"),
         r"BEGIN (?:[A-Z0-9]{1,9} ){0,2}PRIVATE KEY|PuTTY-User-Key-File-[23]", r"PRIVATE KEY|PuTTY-User-Key-File-[23]"),
    PluginGate("PypiTokenDetector", ("pypi-age",), ("pypi-AgE",), r"pypi-AgE[\w-]{70,}+", r"pypi-AgE[\w-]{70}"),
    PluginGate("SendGridDetector", ("sg.",), ("SG.",), r"SG\.[\w-]{22}\.[\w-]{43}", r"SG\.[\w-]{22}\.[\w-]{43}"),
    PluginGate("SlackDetector", (*_SLACK, "hooks.slack.com"), (),
         r"(?i)xox[abpors]-[0-9][0-9a-z-]{5,}+|https://hooks\.slack\.com/services/T\w++/B\w++/\w++"),
    PluginGate("SoftlayerDetector", ("softlayer",), (), r"(?i)softlayer", left=200),
    PluginGate("SquareOAuthDetector", ("sq0csp-",), ("sq0csp-",), r"sq0csp-[\w\\-]{43}"),
    PluginGate("StripeDetector", ("k_live_",), ("k_live_",), r"[rs]k_live_[0-9a-zA-Z]{24}"),
    PluginGate("TelegramBotTokenDetector", (":aa",), (":AA",), r"(?<![\w-])[0-9]{8,10}:AA[\w-]{33}(?![\w-])",
         r":AA[\w-]{33}(?![\w-])"),
    PluginGate("TwilioKeyDetector", ("twilio",), (), r"(?<![0-9A-Za-z])(?:AC|SK)[0-9a-f]{32}(?![0-9A-Za-z])"),
)  # fmt: skip


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A gate's regex, of which the classes mean ASCII."""
    return re.compile(pattern, re.ASCII)
