"""What public code is full of and nobody's data: drawings, service accounts, built files, virtual cards, credits."""

from __future__ import annotations

import json
import random

import pytest

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.remarks import Remarks, is_source_map
from nbguard.detect.samples.user_traces import is_nobodys
from nbguard.documents.reading import open_document
from tests.detect.samples import data
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, notebook, result


def rules_in(path: str, text: str) -> list[str]:
    return [finding.rule for finding in find_samples(open_document(path, text.encode()))]


def card() -> str:
    number = data.card_number(random.Random(7))
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))


@pytest.mark.parametrize(
    "around",
    [
        "<svg><path d=\"M 2350 1480 Q 2531 2678 2651 2914 L {} z\"/></svg>", "d = 'M{} L 3 4'", 'd="m 1 2 l{}"',
        '<polygon points="{}"/>', "<svg viewBox='{}'></svg>", "<text>8</text><svg xmlns='x'><g id='{}'/></svg>",
        "draw('M 12.5 3 C {} 4 5')", "path = 'M 12 3 L\n{} 7'", '<path transform="matrix({} 1 2)"/>',
        'icon: "M 20 3 h{} v 12"', "[1200 {} 1300]", "x = '0 {} 12'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["a.svg", "a.py", "a.html", "a.js"])
def test_coordinates_are_no_cards(around: str, path: str) -> None:
    assert rules_in(path, around.format(card())) == []


def test_a_drawing_in_an_output_is_no_card_and_the_card_beside_it_is_one() -> None:
    drawing = f"<svg><path d='M 1 2 L {card()}'/></svg>"
    outputs = [result(**{kind: [drawing]}) for kind in ("image/svg+xml", "text/html")]
    clean = notebook(code("plot()", *outputs))
    assert [finding.rule for finding in find_samples(open_document("a.ipynb", as_bytes(clean)))] == []
    other = notebook(code("plot()", result(**{"text/html": [drawing, f"<p>card {card()}</p>"]})))
    assert [finding.rule for finding in find_samples(open_document("a.ipynb", as_bytes(other)))] == ["sample-card"]


@pytest.mark.parametrize(
    "account",
    [
        "model-server", "appuser", "httpd", "postgres", "nonroot", "app_user", "web_user", "pwuser", "node",
        "git-runner", "your_name2", "someuser", "jenkins", "ec2-user", "airflow", "mlflow", "svc_backup",
        "trusted-service-user", "glue_user", "wsuser", "sbx_user1051",
        "testuser01", "jdoe", "j.smith", "john", "xxxx", "nginx", "www-data", "buildbot", "renovate-bot",
    ],
)  # fmt: skip
def test_accounts_of_services_are_nobodys(account: str) -> None:
    assert is_nobodys(account)
    assert rules_in("a.py", f'LOG = "/home/{account}/app.log"\n') == []


@pytest.mark.parametrize("account", ["akeller", "udo.meyer", "imeyer", "mgarcia", "lukasz", "p.novak", "karin"])
def test_accounts_of_people_are_found(account: str) -> None:
    assert rules_in("a.py", f'LOG = "/home/{account}/app.log"\n') == ["sample-home-path"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "Run it in `/home/akeller/x`"), ("guide.rst", "cd /home/akeller/x"),
        ("METADATA", "see /home/akeller/x"), ("a.py", "x = 1  # such as /home/akeller/x\n"),
        ("a.py", '"""Loads.\n\n    Loader("/home/akeller/x")\n"""\n'), ("a.js", "//=> '/home/akeller/x'\n"),
        ("a.d.ts", "/**\n *  PWD: '/home/akeller/x'\n */\n"), ("a.py", ">>> path()\n'/home/akeller/x'\n"),
        ("a.min.js", "f('/home/akeller/x')"), ("a.js", f"{'a();' * 900}g('/home/akeller/x')"),
        ("a.d.ts", " * socket.remoteAddress === '84.112.33.7'\n"),
    ],
)  # fmt: skip
def test_documentation_and_built_files_name_nobody(path: str, text: str) -> None:
    assert rules_in(path, text) == []


def source_map(rng: random.Random, rows: int) -> str:
    pieces = ";".join("".join(rng.choices("ACEGIKMOQSUWYacegikmoq", k=4)) + ",AAMO" for _ in range(rows))
    sources = [f"some words of a source in file {n} about things" for n in range(rows // 50)]
    return json.dumps({"version": 3, "sources": sources, "sourcesContent": sources, "names": [], "mappings": pieces})


@pytest.mark.parametrize("path", ["style.css.map", "a.js.map", "bundle.json", "map"])
def test_a_source_map_is_no_data_set(path: str) -> None:
    text = source_map(random.Random(3), 30_000)
    assert is_source_map(text)
    assert rules_in(path, text) == []


def test_a_table_with_columns_called_sources_and_version_is_no_source_map() -> None:
    assert not is_source_map(json.dumps({"version": [1, 2], "sources": ["a", "b"], "mappings": ["c", "d"]}))


@pytest.mark.parametrize(
    "address",
    ["02:42:ac:11:00:02", "52:54:00:12:34:56", "0a:00:27:00:00:01", "00:50:56:c0:00:08", "00:15:5d:01:ca:05",
     "08:00:27:4f:2a:11", "00:16:3e:5e:6c:07", "33:33:00:00:00:16", "01:00:5e:00:00:fb", "9e:21:fb:9a:41:7e"],
)  # fmt: skip
@pytest.mark.parametrize("before", ["link/ether ", "mac_address = '", "hwaddr: "])
def test_virtual_and_local_cards_are_nobodys(address: str, before: str) -> None:
    text = f"mac_addr\n{before}{address}" + ("'" if before.endswith("'") else "")
    assert rules_in("net.txt", text) == []
    assert rules_in("net.txt", text.replace(":", "-").upper()) == []


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "100.64.3.9", "192.0.2.7", "198.18.0.9", "198.51.100.7", "203.0.113.7", "224.0.0.251", "240.1.2.3",
     "169.254.169.254", "255.255.255.0", "123.123.123.123", "93.184.216.34"],
)  # fmt: skip
def test_reserved_addresses_are_nobodys(address: str) -> None:
    assert rules_in("a.py", f"host = '{address}'") == []


MAILERS = ["ralf.keller@gmx.de", "snaury@posteo.de", "tismer@web.de", "jgorzins@orange.fr"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("x.h", "".join(f" * 3-May-13   Somebody  <{a}>\n" for a in MAILERS)),
        ("x.py", "".join(f"# fixed by {a}\n" for a in MAILERS)),
        ("METADATA", "\n".join(MAILERS)), ("lib.gemspec", "\n".join(MAILERS)), ("pom.xml", "\n".join(MAILERS)),
        ("SECURITY.md", "\n".join(MAILERS)),
        ("x.yml", "\n".join(f"{name}@lists.kernel.org" for name in ("anna", "netfilter", "linux"))),
        ("x.yml", "\n".join(f"{name}-devel@freedesktop.org" for name in ("wayland", "mesa", "xorg"))),
        ("x.yml", "\n".join(f"{name}@vger.kernel.org" for name in ("linux-kernel", "netdev", "git"))),
        ("x.yml", "\n".join(f"{name}@googlegroups.com" for name in ("anna", "cirq", "jax"))),
        ("x.py", ">>> validate('390.533.447-05')\n"),
    ],
)  # fmt: skip
def test_credits_mailing_lists_and_examples_are_left_alone(path: str, text: str) -> None:
    assert rules_in(path, text) == []


def test_addresses_in_data_are_found_beside_these() -> None:
    assert rules_in("x.py", f"people = {MAILERS!r}\n") == ["sample-email"]


def test_knowledge_holds_no_account_twice() -> None:
    known = load_knowledge("traces")
    words = known["account_words"].split()
    assert len(set(words)) == len(words)
    assert not {"anna", "keller", "karin", "lukasz"} & set(words)


@pytest.mark.slow
def test_a_text_full_of_addresses_is_read_once() -> None:
    text = 'x = """\n' + "anna@gmx.de = 1\n"

    def ask(size: int) -> None:
        remarks = Remarks(text * (size // len(text)))
        assert all(remarks.hold(at) in (True, False) for at in range(0, size, 16))

    assert_linear(ask, 50_000)


def test_a_product_for_the_tax_office_is_nobodys_id() -> None:
    lines = ", ".join(f'{{"quantity": {n}, "taxCode": "PS08128{n}", "itemCode": "12{n}"}}' for n in range(4))
    assert rules_in("a.json", f"[{lines}]") == []


def test_a_login_on_a_host_is_no_address_of_a_person() -> None:
    logins = [f"'{name}@gitlab.com:ansible/{name}.git'" for name in ("ann.lee", "rob.fox", "kim.ray", "sue.orr")]
    assert rules_in("a.py", f"x = [{', '.join(logins)}]") == []
    assert rules_in("a.py", f"x = [{', '.join(logins)}]".replace(":ansible/", " ")) == ["sample-email"]
