"""What counts as sample data: thresholds and classes, from ``[tool.nbguard.sample_data]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.detect.finding import SEVERITIES
from nbguard.detect.samples.sample_rules import CLASSES
from nbguard.detect.samples.sizes import BULK
from nbguard.errors import UsageError
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class SampleSettings(NamedTuple):
    """``rows``: rows from which a table counts; ``emails``: different addresses from which a list counts;
    ``bulk_bytes``: characters from which any data set counts; ``classes``: which data classes are looked
    for; ``severity``: another severity for a class.
    """

    rows: int = 3
    emails: int = 3
    bulk_bytes: int = BULK
    classes: frozenset[str] = frozenset(CLASSES) - {"synthetic"}
    severity: Mapping[str, str] = {}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> SampleSettings:
        """The settings of a configuration table.

        Raises UsageError where a key is unknown or a value isn't of its kind.
        """
        settings = cls()
        for key, value in config.items():
            if key in ("rows", "emails", "bulk_bytes"):
                if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                    raise UsageError(f"sample_data.{key} must be a whole number from 1 up, not {value!r}")
                settings = cls._make({**settings._asdict(), key: value}.values())
            elif key == "classes":
                settings = settings._replace(classes=_classes(value))
            elif key == "severity":
                settings = settings._replace(severity=_severities(value))
            elif key != "policy":  # what may be there is for who judges
                raise UsageError(f"sample_data has no key {key!r}; it has {', '.join(cls._fields)}")
        return settings


def _classes(value: Any) -> frozenset[str]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(name, str) for name in value):
        raise UsageError(f"sample_data.classes must be a list of strings, not {value!r}")
    for name in value:
        if name not in CLASSES:
            raise UsageError(f"sample_data.classes: there is no class {name!r}; there are {', '.join(CLASSES)}")
    return frozenset(value)


def _severities(value: Any) -> Mapping[str, str]:
    if isinstance(value, str):
        value = dict.fromkeys(CLASSES, value)
    if not isinstance(value, dict):
        raise UsageError(f"sample_data.severity must be a severity or a table of classes, not {value!r}")
    for name, severity in value.items():
        if name not in CLASSES:
            raise UsageError(f"sample_data.severity: there is no class {name!r}; there are {', '.join(CLASSES)}")
        if severity not in SEVERITIES:
            raise UsageError(f"sample_data.severity.{name}: {severity!r} is none of {', '.join(SEVERITIES)}")
    return dict(value)


DEFAULT = SampleSettings()
