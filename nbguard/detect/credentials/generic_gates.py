"""When a detect-secrets plugin is worth asking: literals for the prefilter, and a linear regex for the place.

A gate is met by every text of real use that its plugin finds. Eight plugins have no literal of their own (Twilio: two
capitals; Telegram: a colon) or an ordinary word for one (IBM Cloud: ``key``). By default they are asked only where the
service is named in the same field, or the value has the form that the service gives out; ``--plugins all`` goes
through ``plugin_conditions`` instead and leaves nothing out.
"""

from __future__ import annotations

from typing import NamedTuple


class Gate(NamedTuple):
    """A plugin's gate.

    ``literals`` are lower case: one of them stands in the field. ``needles`` is the same with case, so that most
    fields are done with before a regex is compiled; empty where case doesn't matter. ``place`` finds where the
    plugin could match, in linear time: where it has groups, only matches in which one took part count. ``left`` is
    how many characters before the place the plugin has to see.
    """

    literals: tuple[str, ...]
    needles: tuple[str, ...]
    place: str
    left: int = 64


_ASSIGNED = r"""["'\]]{0,2} *(?:=|:|:=|=>| |::) *["']?"""

GATES: dict[str, Gate] = {
    "AWSKeyDetector": Gate(
        ("akia", "asia", "abia", "acca", "a3t", "aws"), (),
        r"A(?:KIA|SIA|BIA|CCA|3T[A-Z0-9])[0-9A-Z]{16}|[aA][wW][sS][^\n]{3,48}?[\"'][0-9A-Za-z/+]{40}[\"']"),
    "AzureStorageKeyDetector": Gate(("accountkey=",), ("AccountKey=",), r"AccountKey=[A-Za-z0-9+/=]{88}"),
    "ArtifactoryDetector": Gate(("akcp", "artifactory"), ("AKC", "AP"), r"(?:AKC|AP[\dA-F])[A-Za-z0-9]{8,}+"),
    "BasicAuthDetector": Gate(("://",), ("://",), r"://[^\s:/?#\[\]@\\\"'<>`]++(:[^\s:/?#\[\]@\\\"'<>`]++@)?"),
    "CloudantDetector": Gate(("cloudant",), (), r"(?i)cloudant"),
    "DiscordBotTokenDetector": Gate(
        ("discord",), (), r"(?<![\w.-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27}(?![\w-])"),
    "GitHubTokenDetector": Gate(
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        r"gh[pousr]_[A-Za-z0-9_]{36}"),
    "GitLabTokenDetector": Gate(
        ("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-", "gloas-",
         "gr1348941"), (),
        r"(?:gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-|GR1348941)[\w-]{20,}+"),
    "IbmCloudIamDetector": Gate(
        ("ibm_cloud", "ibmcloud", "ibm-cloud", "ibm_api", "ibm_iam", "cloud_iam", "apikey", "api_key", "api-key"), (),
        r"(?i)(?:key|pwd|pass|password|token)" + _ASSIGNED + r"[\w-]{44}(?![\w-])"),
    "IbmCosHmacDetector": Gate(
        ("secretkey", "secret_key", "secret-key", "secretaccess", "secret_access", "secret-access"), (),
        r"(?i)secret[-_]?(?:access)?[-_]?key" + _ASSIGNED + r"[a-f0-9]{48}(?![a-f0-9])"),
    "JwtTokenDetector": Gate(("eyj",), ("eyJ",), r"eyJ[\w=-]*+(\.[\w=-]++(?:\.[\w=-]*+)?)?"),
    "MailchimpDetector": Gate(
        tuple(f"-us{digit}" for digit in "0123456789"), ("-us",),
        r"(?<![0-9a-zA-Z])[0-9a-z]{32}-us[0-9]{1,2}(?![0-9a-zA-Z])"),
    "NpmDetector": Gate((":_authtoken=",), (":_authToken=",), r"/:_authToken=\s{0,8}(?:npm_|[A-Fa-f0-9-]{36})", 300),
    "OpenAIDetector": Gate(("t3blbkfj",), ("T3BlbkFJ",), r"[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}", 300),
    "PrivateKeyDetector": Gate(
        ("private key", "putty-user-key-file-"), (),
        r"BEGIN (?:[A-Z0-9]{1,9} ){0,2}PRIVATE KEY|PuTTY-User-Key-File-2"),
    "PypiTokenDetector": Gate(("pypi-age",), ("pypi-AgE",), r"pypi-AgE[\w-]{70,}+"),
    "SendGridDetector": Gate(("sg.",), ("SG.",), r"SG\.[\w-]{22}\.[\w-]{43}"),
    "SlackDetector": Gate(
        ("xoxa-", "xoxb-", "xoxp-", "xoxo-", "xoxs-", "xoxr-", "hooks.slack.com"), (),
        r"(?i)xox[abpors]-[0-9][0-9a-z-]{5,}+|https://hooks\.slack\.com/services/T\w++/B\w++/\w++"),
    "SoftlayerDetector": Gate(("softlayer",), (), r"(?i)softlayer"),
    "SquareOAuthDetector": Gate(("sq0csp-",), ("sq0csp-",), r"sq0csp-[\w\\-]{43}"),
    "StripeDetector": Gate(("k_live_",), ("k_live_",), r"[rs]k_live_[0-9a-zA-Z]{24}"),
    "TelegramBotTokenDetector": Gate((":aa",), (":AA",), r"(?<![\w-])[0-9]{8,10}:AA[\w-]{33}(?![\w-])"),
    "TwilioKeyDetector": Gate(("twilio",), (), r"(?<![0-9A-Za-z])(?:AC|SK)[0-9a-f]{32}(?![0-9A-Za-z])"),
}  # fmt: skip


def literals_of_gates() -> dict[str, tuple[str, ...]]:
    """Lower-case literal -> the plugins that are asked where it stands."""
    table: dict[str, list[str]] = {}
    for plugin, gate in GATES.items():
        for literal in gate.literals:
            table.setdefault(literal, []).append(plugin)
    return {literal: tuple(plugins) for literal, plugins in table.items()}
