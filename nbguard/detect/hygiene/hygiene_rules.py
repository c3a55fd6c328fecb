"""The hygiene rules, and what a person should do about a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.finding import RANK_SHAPE, Finding

if TYPE_CHECKING:
    from nbguard.documents.fields import Field


class HygieneRule(NamedTuple):
    """A habit that is worth a finding. ``message`` is the finding's sentence, ``explanation`` says what counts."""

    id: str
    name: str
    severity: str
    message: str
    explanation: str
    remedy: str


SAVE_ACCOUNT = HygieneRule(
    "save-account",
    "call that stores a credential in clear",
    "medium",
    "The call keeps the credential in clear in a file, where every program of the user can read it.",
    "Calls such as QiskitRuntimeService.save_account(token=…) write the token to a file in the user's home, and "
    "whoever gets the laptop, the container image or the backup has it. Counted are calls that run, with any token "
    "but a placeholder; calls in comments and Markdown don't count.",
    "Hand the credential to the provider's constructor when it is needed, from Vault, as in "
    'token=secret("quantum/…#…"), and delete the file that was written.',
)
CREDENTIAL_FILE = HygieneRule(
    "credential-file",
    "credential file in the repository",
    "medium",
    "The file is a place that credentials are kept in, and it holds one: it doesn't belong into a repository.",
    "A configuration file of a provider (.qiskit/qiskit-ibm.json, dwave.conf, qbraidrc, .aws/credentials, …), a .env "
    "file, .netrc, .pypirc, .npmrc, .git-credentials, .pgpass or .vault-token with a value in it that is no "
    "placeholder. Templates such as .env.example don't count. One finding a file, at its first line.",
    "Take it out with `git rm --cached`, name it in .gitignore, and rotate what was in it: history keeps it.",
)
UNPINNED_SDK = HygieneRule(
    "unpinned-sdk",
    "quantum SDK installed without a version",
    "low",
    "A quantum SDK is installed in whatever version is the newest when the cell runs.",
    "`%pip install` and `!pip install` of a quantum SDK in a cell. `==`, `~=`, `@`, a range with both ends, and a "
    "requirements or constraints file count as pinned. A new version can change results, and a hijacked one runs "
    "with the credentials of the kernel.",
    "Name the version, as in `name==2.1.1`, or install from a requirements file.",
)
POLICY_WEAKENED = HygieneRule(
    "policy-weakened",
    "policy made weaker in the commits that it judges",
    "medium",
    "The policy becomes weaker in these commits.",
    "Found by `nbguard ci`: the commits switch rules off, exclude files, lower a severity or a profile, raise fail_on "
    "or a threshold, take out a rule pack, add baseline entries or allows in files. None of it counts for these "
    "commits: they are judged by the policy before them. Every profile reports it.",
    "Somebody who may decide it looks at this change by itself. Once it is merged, it counts.",
)
PRINTS_CREDENTIAL = HygieneRule(
    "prints-credential",
    "code that prints a credential",
    "low",
    "The code shows a credential, or a piece of one, in an output that is kept with the notebook.",
    'print(os.environ["…TOKEN"]), display, logging, `!echo $…`, a slice such as key[:10], or the variable alone as a '
    "cell's last line. Counted are variables whose name says that they hold a credential; len(token), type(token) and "
    "masked values don't count.",
    "Take the statement out, clear the output, and show at most whether the variable is set: "
    'print("token set:", bool(token)).',
)
HYGIENE_RULES = (SAVE_ACCOUNT, CREDENTIAL_FILE, UNPINNED_SDK, POLICY_WEAKENED, PRINTS_CREDENTIAL)


def make_finding(
    rule: HygieneRule, field: Field, start: int, end: int, value: str, cause: str, provider: str | None = None
) -> Finding:
    """The finding of a rule. ``value`` is no secret, and is what the fingerprint is made of."""
    return Finding(
        rule.id, "hygiene", provider, rule.severity, field, start, end, value, cause, rule.message, rule.remedy,
        len(value), RANK_SHAPE,
    )  # fmt: skip
