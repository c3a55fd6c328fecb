"""Passwords by their place in calls, command lines and headers: found, whole, by both engines; look-alikes silent."""

import base64
import random
import string

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests import notebook_builder as build

SCOPE = Scope(frozenset(("credential",)))
ENGINES = {"fast": Engine(SCOPE), "exhaustive": Engine(SCOPE._replace(exhaustive=True))}


def _password(seed: int, signs: str = "") -> str:
    chosen = random.Random(seed)
    letters = "".join(chosen.choice(string.ascii_letters + string.digits) for _ in range(6))
    return letters + signs + "".join(chosen.sample("Zq8Kd92LxPw", 8))


def _found(path: str, raw: bytes, engine: str = "fast") -> set[str]:
    return {finding.value for finding in ENGINES[engine].detect(open_document(path, raw))}


CALLS = [
    'requests.get(u, auth=("svc", "{}"))',
    "requests.get(u, auth = (user, '{}'))",
    'httpx.Client(auth=["svc", "{}"])',
    'requests.get(u, auth=HTTPBasicAuth("svc", "{}"))',
    "s.auth = HTTPDigestAuth(settings.user, '{}')",
    'requests.get(u, auth=HTTPBasicAuth(username="svc", password="{}"))',
    'driver = GraphDatabase.driver(u, auth=("neo4j", "{}"))',
    's = smtplib.SMTP(h)\ns.login("ann@acme.io", "{}")',
    'imap.login(\n    "ann@acme.io",\n    "{}",\n)',
    'ftp.login(os.environ["FTP_USER"], "{}")',
    'db.authenticate("svc", "{}")',
    'h.add_credentials("svc", "{}")',
    'driver.find_element("id", "password").send_keys("{}")',
    'driver.find_element(By.NAME, "passwd").send_keys("{}")',
    'pw = getpass() or "{}"',
    'pw = getpass.getpass("for ann: ") or "{}"',
    'psycopg2.connect("dbname=lab user=svc password={}")',
]
OTHER_CALLS = [
    ("A.java", 'Connection c = DriverManager.getConnection("jdbc:mysql://db/x", "svc", "{}");'),
    ("A.java", 'new UsernamePasswordCredentials("svc", "{}".toCharArray());'),
    ("A.java", 'source.setPassword("{}");'),
    ("A.cs", 'client.Credentials = new NetworkCredential("svc", "{}");'),
    ("a.go", 'req.SetBasicAuth("svc", "{}")'),
    ("a.php", "$client->get($url, ['auth' => ['svc', '{}']]);"),
    ("a.js", "await element(by.id('password')).sendKeys('{}');"),
]
COMMANDS = [
    "curl -u svc:{} https://acme.io",
    "sshpass -p {} ssh svc@host1",
    "docker login -p {} registry.acme.io",
    "podman login -u svc -p {} registry.acme.io",
    "mysql -h db -P 3306 -u root -p{} lab",
    "redis-cli -p 6379 -a {} ping",
    "ldapsearch -D cn=svc -w {} -b dc=lab",
    "htpasswd -b users.db svc {}",
    "htpasswd -nbB svc {}",
    "keytool -genkey -storepass {}",
    "keytool -list -keypass {}",
    "openssl enc -aes-256-cbc -pass pass:{} -in a -out b",
    "mongosh -u svc -p {} lab",
    "net use z: \\\\host\\share /user:svc {}",
]


@pytest.mark.parametrize("form", CALLS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_password_that_a_call_is_given_is_found(form: str, engine: str) -> None:
    for seed, signs in enumerate(("", "!", "^")):
        password = _password(seed, signs)
        text = form.replace("{}", password)
        assert password in _found("a.py", text.encode(), engine)
        for cell_type in (build.code(text), build.code("show()", build.stream(text))):
            assert password in _found("a.ipynb", build.as_bytes(build.notebook(cell_type)), engine)


@pytest.mark.parametrize(("path", "form"), OTHER_CALLS)
@pytest.mark.parametrize("engine", ENGINES)
def test_so_is_one_in_another_language(path: str, form: str, engine: str) -> None:
    password = _password(4, "!")
    assert password in _found(path, form.replace("{}", password).encode(), engine)


@pytest.mark.parametrize("form", COMMANDS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_password_on_a_command_line_is_found(form: str, engine: str) -> None:
    for seed, signs in enumerate(("", "_-", "!")):
        password = _password(seed, signs)
        text = form.replace("{}", password)
        assert password in _found("run.sh", text.encode(), engine)
        assert password in _found("a.ipynb", build.as_bytes(build.notebook(build.code(f"!{text}"))), engine)


def test_a_long_program_is_read_where_such_a_word_stands() -> None:
    password = _password(5)
    text = "x = 1\n" * 2_000 + f'server.login("ann", "{password}")\n' + "y = 2\n" * 2_000
    assert password in _found("a.py", text.encode())


def test_a_key_of_fernet_is_found() -> None:
    key = base64.urlsafe_b64encode(random.Random(6).randbytes(32)).decode()
    for engine in ENGINES:
        assert key in _found("a.py", f'f = Fernet(b"{key}")'.encode(), engine)


HEADERS = [
    ("a.py", 'h = {{"Authorization": "{}"}}'),
    ("a.py", 's.headers["Authorization"] = "{}"'),
    ("run.sh", 'curl -H "Authorization: {}" https://acme.io'),
    ("a.yaml", "headers:\n  Authorization:\n  - {}\n"),
    ("a.har", '{{"headers": [{{"name": "Authorization", "value": "{}"}}]}}'),
    ("nginx.conf", 'proxy_set_header Authorization "{}";'),
]


@pytest.mark.parametrize(("path", "form"), HEADERS)
@pytest.mark.parametrize("scheme", ["Basic", "Bearer", "Token", "GoogleLogin", "SSWS"])
@pytest.mark.parametrize("engine", ENGINES)
def test_the_value_of_a_header_is_what_stands_in_the_file(path: str, form: str, scheme: str, engine: str) -> None:
    value = _password(7) + _password(8)
    if scheme == "Basic":
        value = base64.b64encode(f"svc:{value}".encode()).decode()
    if scheme in ("GoogleLogin", "SSWS") and not path.endswith((".py", ".sh")):
        return  # by its name alone a list or an object says too little of a scheme that nobody knows
    assert _found(path, form.format(f"{scheme} {value}").encode(), engine) == {value}


SILENT = [
    ("a.py", 's.login("user", "password")\nftp.login("anonymous", "anonymous@")\n'),
    ("a.py", 's.login(user, os.environ["SMTP_PASSWORD_1"])\ns.login("ann", settings.password1)\n'),
    ("a.py", 'requests.get(u, auth=("user", "pass1234"))\nrequests.get(u, auth=("user", token))\n'),
    ("a.py", 'requests.get(u, auth=("user", "your-password"))\nrequests.get(u, auth=("user", "<password>"))\n'),
    ("a.py", 'field("password").send_keys("wrongpassword")\nfield("search").send_keys("Zq8Kd92LxPw")\n'),
    ("a.py", 'pw = getpass("Password: ")\npw = getpass() or "changeme"\n'),
    ("a.py", 'Fernet(key)\nFernet(b"key")\nFernet(Fernet.generate_key())\n'),
    ("a.py", 'client.login("registry", "tokenizers.decoders")\nlogin("ann", "bert-base-uncased")\n'),
    ("a.sh", 'sshpass -p "$PW" ssh host\nmysql -u root -p lab_db1\nredis-cli -p 6379 ping\nredis-cli -a "$PW" ping\n'),
    ("a.sh", "openssl rsa -passin env:PW1 -in a\nopenssl rsa -passin file:pw1.txt -in a\n-passin pass:$PW\n"),
    ("a.sh", "docker login -u svc --password-stdin\nldapsearch -W -D cn=svc -b dc=lab2\nhtpasswd -c users.db svc1\n"),
    ("a.py", 'h = {"Authorization": f"Bearer {token}"}\nh = {"Authorization": "Bearer YOUR_TOKEN"}\n'),
    ("a.py", 'h = {"Authorization": "Digest username=svc1,realm=lab2"}\n'),
    ("a.py", 'h = {"Authorization": "AWS4-HMAC-SHA256 Credential=ID/20260301/eu-west-1/s3/aws4_request"}\n'),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), SILENT, ids=[str(number) for number in range(len(SILENT))])
@pytest.mark.parametrize("engine", ENGINES)
def test_what_only_looks_like_a_login_is_silent(path: str, text: str, engine: str) -> None:
    assert _found(path, text.encode(), engine) == set()


@pytest.mark.parametrize(
    "form", ["Log in as `svc` with password `{}`.", 'The password "{}" is new.', "use password **{}**"]
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_password_between_marks_in_a_sentence_is_found(form: str, engine: str) -> None:
    for seed in range(3):
        password = _password(seed, "!")
        assert password in _found("README.md", form.format(password).encode(), engine)
    for word in ("rustc_hash", "access_token_1", "password123", "your-password", "min_length_8", "${PASSWORD1}"):
        assert _found("README.md", form.format(word).encode(), engine) == set()


LETTERS = "hdwmkrpfqz"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a.yaml", "env:\n  POSTGRES_PASSWORD: {}\n"),
        ("docker-compose.yml", "environment:\n  - REDIS_PASSWORD={}\n"),
        (".env", "db_password={}\n"),
        ("run.sh", "export DB_PASSWORD={}\n"),
        ("README.md", "    SMTP_PASSWORD={} \\\n"),
        ("a.go", 'config.Password = "{}"'),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_password_of_small_letters_that_are_no_word_is_found(path: str, form: str, engine: str) -> None:
    assert _found(path, form.format(LETTERS).encode(), engine) == {LETTERS}
    assert _found(path, form.format("development").encode(), engine) == set()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a.go", 'if auth != "Basic {}" {{'),
        ("a.go", 'assert.Equal(t, "Basic {}", r.Header.Get("Authorization"))'),
        ("a.js", "const head = {{ value: 'Basic {}' }}"),
        ("a.py", "expected = b'Basic {}'"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_basic_login_in_quotation_marks_of_its_own_is_found(path: str, form: str, engine: str) -> None:
    for login, counts in (("svc:" + LETTERS, True), ("user:password", False), ("Aladdin:open sesame", False)):
        encoded = base64.b64encode(login.encode()).decode()
        assert _found(path, form.format(encoded).encode(), engine) == ({encoded} if counts else set())


def test_an_expression_under_a_quoted_name_is_none() -> None:
    assert _found("a.php", b"'password' => Yii::$app->store->get('email', 'default_smtp'), // SMTP") == set()
