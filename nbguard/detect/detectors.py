"""The table of detectors: one line each. See ``detector`` for what one has to say."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbguard.detect.file_names import FileNames
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.detect.scope import Scope


# So many texts in base64 may stand one in the other.
DEEPEST = 2


def _always(_: Scope) -> bool:
    return True


def _adds_rules(scope: Scope) -> bool:
    return bool(scope.plugins or scope.rules)


def _is_outside(scope: Scope) -> bool:
    return scope.depth < DEEPEST


def _judges_sdks(scope: Scope) -> bool:
    return scope.sdk is not None


class DetectorEntry(NamedTuple):
    """A detector: its name, the kind of what it finds, and its class under ``nbguard.detect``.

    ``claims`` says of a path whether the file is the detector's without any literal. ``screens``: it has a screening
    of its own; ``mark`` is then what stands in the bytes of each file in which it finds something, if anything does.
    ``wanted``: whether a scope asks for it, beside the kind.
    """

    name: str
    kind: str
    place: str
    claims: Callable[[FileNames, str], bool] | None = None
    screens: bool = False
    wanted: Callable[[Scope], bool] = _always
    mark: bytes = b""

    def make(self, scope: Scope) -> Any:
        """The detector for a scope; imports its module."""
        module, _, name = self.place.partition(":")
        return getattr(import_module(f"nbguard.detect.{module}"), name)(scope)


# Small files that are made to keep an account, beside those whose names say it.
_ACCOUNTS = ("kaggle.json", "auth.json")

# Files that tell a CI what to do, at the root of a repository or below it.
_WORKFLOW = lazy_regex(
    r"(?:(?:\.gitlab-ci|azure-pipelines|bitbucket-pipelines)\.ya?ml"
    r"|\.circleci/config\.ya?ml|\.github/workflows/[^\n]*\.ya?ml|(?:^|/)Jenkinsfile(?:\.[\w-]{1,40})?)\Z"
)


def is_workflow(path: str) -> bool:
    """Whether a file tells a CI what to do."""
    return (path.endswith(("yml", "yaml")) or "Jenkinsfile" in path) and _WORKFLOW.search(
        path.replace("\\", "/")
    ) is not None


# Files that ask for packages, and lock files (what in them is read: see sdk_files).
_SDK_FILE = lazy_regex(
    r"(?i)(?:^|/)(?:[^/\n]*(?:requirements|constraints)[^/\n]*\.(?:txt|in)|requirements|pyproject\.toml|setup\.cfg"
    r"|pipfile(?:\.lock)?|(?:uv|poetry|pdm)\.lock|pylock(?:\.[^/\n]+)?\.toml|conda-lock\.yml"
    r"|(?:conda[-_]?)?(?:environment|env|conda)[\w.-]*\.ya?ml)\Z"
)


def is_sdk_file(path: str) -> bool:
    """Whether a file asks for packages or locks them, by its name."""
    return _SDK_FILE.search(path.replace("\\", "/")) is not None


# Where two findings are equally good, the one of the earlier detector stays.
DETECTORS = (
    DetectorEntry("shapes", "credential", "credentials.shapes:ShapeDetector"),
    DetectorEntry("detect-secrets", "credential", "generic.generic:PluginDetector"),
    DetectorEntry("address-passwords", "credential", "generic.address_passwords:AddressPasswordDetector"),
    DetectorEntry("service-keys", "credential", "generic.service_keys:ServiceKeyDetector"),
    DetectorEntry("encoded-layers", "credential", "generic.encoded_layers:EncodedLayerDetector"),
    DetectorEntry("joined-texts", "credential", "generic.joined_texts:JoinedTextDetector"),
    DetectorEntry("nested-texts", "credential", "nested_texts:NestedTextDetector", wanted=_is_outside),
    DetectorEntry(
        "attachments", "credential", "nested_texts:AttachmentDetector",
        screens=True, wanted=_is_outside, mark=b'"attachments"',
    ),
    DetectorEntry("sinks", "credential", "credentials.sink_detector:SinkDetector", claims=FileNames.is_config_file),
    DetectorEntry(
        "named-pairs", "credential", "credentials.pair_detector:NamedPairDetector",
        claims=lambda files, path: files.is_credential_file(path) or path.lower().endswith(_ACCOUNTS),
    ),
    DetectorEntry(
        "known-places", "credential", "generic.known_places:KnownPlaceDetector", claims=FileNames.is_login_file
    ),
    DetectorEntry("given-names", "credential", "credentials.given_names:GivenNameDetector"),
    DetectorEntry("filled-texts", "credential", "generic.filled_texts:FilledTextDetector"),
    DetectorEntry("widget-values", "credential", "credentials.widget_values:WidgetValueDetector"),
    DetectorEntry("known-calls", "credential", "credentials.known_calls:KnownCallDetector"),
    DetectorEntry("printed-values", "credential", "credentials.printed_values:PrintedValueDetector"),
    DetectorEntry("prints-credential", "hygiene", "hygiene.printing:PrintingDetector"),
    DetectorEntry("identifiers", "quantum-metadata", "metadata:IdentifierDetector"),
    DetectorEntry("unpinned-sdk", "hygiene", "sdk_installs:UnpinnedDetector"),
    DetectorEntry("saved-account", "hygiene", "hygiene.saved_accounts:SavingDetector"),
    DetectorEntry(
        "credential-file", "hygiene", "hygiene.credential_files:CredentialFileDetector",
        claims=FileNames.is_credential_file,
    ),
    DetectorEntry("job-loops", "hygiene", "hygiene.job_loops:JobLoopDetector"),
    DetectorEntry(
        "workflows", "hygiene", "hygiene.workflows:WorkflowDetector", claims=lambda _, path: is_workflow(path)
    ),
    DetectorEntry(
        "sdk-files", "hygiene", "hygiene.sdk_judging:SdkFileDetector",
        claims=lambda _, path: is_sdk_file(path), wanted=_judges_sdks,
    ),
    DetectorEntry("sample-data", "sample-data", "samples.sample_detector:SampleDetector", screens=True),
    DetectorEntry("extra-rules", "credential", "adapters.extra_rules:ExtraRules", screens=True, wanted=_adds_rules),
)  # fmt: skip
