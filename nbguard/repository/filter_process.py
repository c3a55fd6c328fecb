"""The long-running side of a git filter: one process cleans all files of a git command.

Protocol, version 2: https://git-scm.com/docs/gitattributes#_long_running_filter_process
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import NbguardError
from nbguard.repository.pktline import format_content, format_list, read_content, read_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import BinaryIO


def serve(
    reader: BinaryIO,
    writer: BinaryIO,
    filters: Mapping[str, Callable[[str, bytes], bytes]],
    complain: Callable[[str, str], None],
) -> None:
    """Answers git's requests until it closes the pipe.

    ``filters`` holds a function per command (``clean``, ``smudge``) from a file's path, relative to the top of the
    work tree, and its content to the new content. Where one raises NbguardError, git is told that this file failed,
    and ``complain(path, reason)`` tells the person.
    """
    try:
        if read_list(reader) != ["git-filter-client", "version=2"]:
            raise NbguardError("git speaks another version of the filter protocol than 2")
        _send(writer, format_list("git-filter-server", "version=2"))
        offered = {line.removeprefix("capability=") for line in read_list(reader)}
        _send(writer, format_list(*(f"capability={name}" for name in filters if name in offered)))
    except EOFError:
        return
    while True:
        try:
            request = dict(line.partition("=")[::2] for line in read_list(reader))
            content = read_content(reader)
        except EOFError:
            return
        path, command = request.get("pathname", ""), filters.get(request.get("command", ""))
        try:
            if command is None:
                raise NbguardError("git asks for a command that it wasn't offered")
            answer = command(path, content)
        except NbguardError as error:
            complain(path, str(error))
            _send(writer, format_list("status=error"))
            continue
        # The empty list at the end keeps the status that was sent first.
        _send(writer, format_list("status=success") + format_content(answer) + format_list())


def _send(writer: BinaryIO, data: bytes) -> None:
    writer.write(data)
    writer.flush()
