"""URIs of files, on this system and on Windows."""

import pytest

from nbguard.lsp.addresses import file_of


@pytest.mark.parametrize(
    ("uri", "windows", "path"),
    [
        ("file:///srv/a%20b/%C3%A9.py", False, "/srv/a b/é.py"),
        ("file://localhost/a.py", False, "/a.py"),
        ("file:///c%3A/data/a.ipynb", True, "c:\\data\\a.ipynb"),
        ("file:///C:/a%23b.py", True, "C:\\a#b.py"),
        ("file://server/share/a.py", True, "\\\\server\\share\\a.py"),
        ("untitled:Untitled-1.ipynb", False, "/srv/Untitled-1.ipynb"),
        ("vscode-vfs://github/org/repo/src/a.py", False, "/srv/a.py"),
        ("untitled:", False, "/srv/untitled"),
        ("untitled:..", False, "/srv/untitled"),
        ("file://[", False, "/srv/untitled"),
    ],
)
def test_a_uri_is_the_path_that_the_system_has(uri: str, windows: bool, path: str) -> None:
    assert file_of(uri, "/srv", windows) == path
