"""Regexes that are compiled when they are first used, and kept compiled for the next run.

Of those that modules keep, most runs need few, and to compile one takes a millisecond. Only what is written in the
package may be given here, never a text of a user's: patterns are written to the cache folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, AnyStr, Generic, cast

if TYPE_CHECKING:
    import re


def lazy_regex(pattern: AnyStr, flags: int | re.RegexFlag = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, as far as its methods and attributes go, without compiling it yet.

    An error in the pattern is raised at the first use. It isn't for functions of ``re``, which take a compiled one.
    """
    return cast("re.Pattern[AnyStr]", LazyRegex(pattern, flags))


def kept_regex(pattern: AnyStr, flags: int | re.RegexFlag = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, from the cache folder where it is there."""
    from nbguard.kept_regexes import KEPT

    return KEPT.compile(pattern, int(flags))


class LazyRegex(Generic[AnyStr]):
    """See ``lazy_regex``."""

    def __init__(self, pattern: AnyStr, flags: int | re.RegexFlag) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags
        self._compiled: re.Pattern[AnyStr] | None = None

    def __repr__(self) -> str:
        """The pattern, which is one of ours."""
        return f"lazy_regex({self.pattern!r})"

    def __getattr__(self, name: str) -> Any:
        """A method or an attribute of the compiled regex; the next time it is found without coming here."""
        if name.startswith("__"):
            raise AttributeError(name)
        if self._compiled is None:
            self._compiled = kept_regex(self.pattern, self._flags)
        found = self.__dict__[name] = getattr(self._compiled, name)
        return found
