"""Bundles of policy: nobody changes one unseen, and a repository under one can only be stricter."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from nbguard.errors import UsageError
from nbguard.policy.bundle import NAMESPACE, fault_of, make_bundle, read_bundle
from nbguard.policy.config import load_config
from nbguard.policy.policy_settings import BUNDLE_NAME as FILE_NAME
from nbguard.policy.ssh_signatures import sign
from tests.cli.test_gate import UNSET
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave
from tests.signing_keys import Keys, address

POLICY = b"""profile = "enterprise"
exclude = ["third_party/"]
enable = ["quantum-metadata"]
[waivers]
longest_days = 90
[jupyter]
also_guard = ["*.py"]
[strip]
extra_keys = ["metadata.a"]
drop_output_types = ["stream:stderr"]
[sdk]
approved = ["qiskit>=2,<3"]
[credentials]
rotate_days = 90
rotate_days_by_provider = { ionq = 30 }
[sample_data.policy]
health = "prohibited"
[[zones]]
name = "pipelines"
paths = ["pipelines/"]
severity = { credential = "critical" }
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


def bundled(keys: Keys, policy: bytes = POLICY, name: str = "alice", namespace: str = NAMESPACE) -> bytes:
    return make_bundle(policy, address("alice"), "7", "2026-06-01", lambda m: sign(m, keys.path(name), namespace))


@pytest.fixture
def repository(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("NBGUARD_POLICY", raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / FILE_NAME).write_bytes(bundled(keys))
    return tmp_path


def test_a_bundle_is_the_policy_and_says_whose(repository: Path) -> None:
    config = load_config(str(repository))
    assert (config.profile, config.waivers.longest_days, config.zones[0].name) == ("enterprise", 90, "pipelines")
    assert config.bundle.startswith("alice@example.org, version 7 of 2026-06-01 (sha256 ")


@pytest.mark.parametrize(
    "own",
    [
        "exclude = []",
        'enable = ["hygiene"]',
        "[waivers]\nlongest_days = 30",
        "[waivers]\ninline = false",
        '[severity]\nionq-api-key = "critical"',
        '[[zones]]\npaths = ["mine/"]\nsave = "block"',
        '[vault]\nprefix = "team"',
        'baseline = ""',
        '[strip]\nextra_keys = ["metadata.a", "metadata.b"]\ndrop_empty_cells = true\nmarkers = false',
        '[sdk]\napproved = ["qiskit==2.1.0"]',
        '[sdk]\napproved = ["Qiskit>=2,<3,!=2.2"]',
        "[sdk]\napproved = []",
        "[credentials]\nrotate_days = 60\nrotate_days_by_provider = { ionq = 7, dwave = 10 }",
        '[waivers]\nrepository = "lab/pilot"',
        '[sample_data.policy]\npayment = "approval"',
        "",
    ],
)
def test_a_repository_may_be_stricter(repository: Path, own: str) -> None:
    (repository / "nbguard.toml").write_text(own)
    config = load_config(str(repository))
    assert (config.profile, "version 7" in config.bundle) == ("enterprise", True)
    assert set(config.enable) >= {"quantum-metadata"}
    assert config.zones[0].name == "pipelines"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ('profile = "standard"', "profile is standard, was enterprise"),
        ('exclude = ["**"]', "exclude names `**`"),
        ('disable = ["*"]', "disable names `*`"),
        ('fail_on = "critical"', "fail_on is critical, was low"),
        ("[waivers]\nrequire_signature = false", "waivers.require_signature is off"),
        ("[waivers]\nlongest_days = 91", "waivers.longest_days is 91, was 90"),
        ('[jupyter]\nsave = "warn"', "jupyter.save is warn, was block"),
        ('[[zones]]\npaths = ["mine/"]\nprofile = "relaxed"', "zone `mine/`: profile is relaxed"),
        ('[[zones]]\npaths = ["mine/"]\nsave = "off"', "zone `mine/`: jupyter.save is off, was block"),
        ('[jupyter]\non_error = "allow"', "jupyter.on_error is allow, was block"),
        ("[jupyter]\nalso_guard = []", "jupyter.also_guard no longer names `*.py`"),
        ('[severity]\nionq-api-key = "off"', "ionq-api-key is off"),
        ('baseline = "mine.jsonl"', "baseline is `mine.jsonl`, was `.nbguard-baseline.jsonl`"),
        ("[strip]\nkeep_output = true", "strip.keep_output is on"),
        ("[strip]\nkeep_count = true", "strip.keep_count is on"),
        ("[strip]\nextra_keys = []", "strip.extra_keys no longer names `metadata.a`"),
        ("[strip]\ndrop_output_types = []", "strip.drop_output_types no longer names `stream:stderr`"),
        ('[strip]\nkeep_metadata_keys = ["metadata.x"]', "strip.keep_metadata_keys names `metadata.x`"),
        ('[strip]\nkeep_output_types = ["stream"]', "strip.keep_output_types names `stream`"),
        ('[strip]\nmax_size = "1M"', "strip.max_size is 1000000 bytes, was 0"),
        ('[strip]\nstrip_regex = "x"', "strip.strip_regex is another"),
        ('[sdk]\napproved = ["qiskit>=2,<3", "pennylane"]', "sdk.approved names `pennylane`"),
        ('[sdk]\napproved = ["qiskit>=1,<3"]', "sdk.approved names `qiskit>=1,<3`"),
        ('[sdk]\napproved = ["qiskit==1.4"]', "sdk.approved names `qiskit==1.4`"),
        ("[credentials]\nrotate_days = 91", "credentials.rotate_days is 91, was 90"),
        ("[credentials]\nrotate_days_by_provider = { ionq = 31 }", "of ionq is 31, was 30"),
        ("[credentials]\nrotate_days_by_provider = { dwave = 120 }", "of dwave is 120, was 90"),
        ('[sample_data.policy]\nhealth = "approval"', "sample_data.policy of health is approval, was prohibited"),
    ],
)
def test_a_repository_may_not_be_weaker(repository: Path, own: str, said: str) -> None:
    (repository / "nbguard.toml").write_text(own)
    with pytest.raises(UsageError, match=r"weaker than the policy of alice@example\.org, version 7") as error:
        load_config(str(repository))
    assert said in str(error.value)


def test_a_repository_can_not_list_approvers_of_its_own(repository: Path, keys: Keys) -> None:
    (repository / "nbguard.toml").write_text(f"[approvers]\nsecurity = {json.dumps([keys.line('eve')])}\n")
    with pytest.raises(UsageError, match=r"approvers\.security names"):
        load_config(str(repository))


@pytest.mark.parametrize(
    "change",
    [
        (b"[waivers]", b"[waivers]\nrequire_signature = false"),
        (b'version = "7"', b'version = "8"'),
        (b"alice@example.org", b"mallory@example.org"),
        (b"2026-06-01", b"2027-06-01"),
        (b"\n[bundle]\n", b"\n# a word\n[bundle]\n"),
        (b'signature = "U1', b'signature = "V1'),
        (b'signature = "', b'signature = ""\nx = "'),
        (b"nbguard-policy/1", b"nbguard-policy/2"),
    ],
)
def test_a_bundle_that_was_changed_is_refused(keys: Keys, change: tuple[bytes, bytes]) -> None:
    raw = bundled(keys)
    assert fault_of(read_bundle(raw, "x"), [keys.line("alice")]) == ""
    assert change[0] in raw
    try:
        bundle = read_bundle(raw.replace(*change), "x")
    except UsageError:
        return
    assert fault_of(bundle, [keys.line("alice")]) != ""


@pytest.mark.parametrize(
    "more",
    [
        "[waivers.more]\nx = 1",
        "[severity]\ncredential = 'off'",
        "\n[[zones]]\npaths = ['**']\nprofile = 'relaxed'",
        "[sample_data]\nrows = 9999999",
        "[approvers]\nsecurity = ['eve@example.org ssh-ed25519 AAAA']",
        "[bundle.more]\nx = 1",
        "[bundle]\n",
        "# a remark\n[x]",
    ],
)
def test_what_follows_the_words_of_the_issuer_is_no_part_of_a_bundle(keys: Keys, more: str) -> None:
    """The hash covers what stands before them, and the signature covers the hash."""
    with pytest.raises(UsageError):
        read_bundle(bundled(keys) + more.encode() + b"\n", "x")


def test_the_words_of_the_issuer_are_plain_ones(keys: Keys) -> None:
    """Logs show them, and a log is read by machines, too."""
    raw = _unsigned(POLICY)
    for word in ("x\\n::error::y", "\\u001b[31m", "\\u202e", ""):
        with pytest.raises(UsageError, match="letters, digits"):
            read_bundle(raw.replace(b'version = "8"', f'version = "{word}"'.encode()), "x")


def test_only_the_issuer_s_key_and_our_namespace_count(keys: Keys) -> None:
    for raw, signers in (
        (bundled(keys, name="eve"), [keys.line("alice"), keys.line("eve")]),
        (bundled(keys, namespace="approval@nbguard"), [keys.line("alice")]),
        (bundled(keys), [keys.line("eve")]),
        (make_bundle(POLICY, address("alice"), "7", "2026-06-01", lambda _: ""), [keys.line("alice")]),
    ):
        assert fault_of(read_bundle(raw, "x"), signers) != ""


def test_every_cut_is_refused(keys: Keys) -> None:
    raw = bundled(keys)
    for end in range(0, len(raw) - 1, 7):
        with pytest.raises(UsageError):
            read_bundle(raw[:end], "x")


class Forgeries:
    """Bundles that must not count, made out of some that do. Everything comes from the seed and the keys."""

    def __init__(self, keys: Keys, seed: int) -> None:
        self.random = random.Random(seed)
        self.genuine = bundled(keys)
        self.others = [
            bundled(keys, POLICY.replace(b"90", b"91")), bundled(keys, name="eve"), _unsigned(POLICY),
            bundled(keys, namespace="approval@nbguard"), bundled(keys, namespace="git"),
        ]  # fmt: skip
        self.ways = [getattr(self, name) for name in dir(self) if name.startswith("_a_")]

    def make(self, number: int) -> bytes:
        """The ways in turn; never the genuine one."""
        made = self.genuine
        while made == self.genuine:
            made = self.ways[number % len(self.ways)](self.genuine)
        return made

    def _a_flipped_bit(self, raw: bytes) -> bytes:
        at = self.random.randrange(len(raw))
        return raw[:at] + bytes([raw[at] ^ 1 << self.random.randrange(8)]) + raw[at + 1 :]

    def _a_cut(self, raw: bytes) -> bytes:
        # What follows the signature's closing quotation mark is white space.
        begin, end = sorted(self.random.sample(range(len(raw) - 1), 2))
        return raw[self.random.choice([0, begin]) : end]

    def _a_reordering(self, raw: bytes) -> bytes:
        lines = raw.splitlines(keepends=True)
        first, second = self.random.sample(range(len(lines)), 2)
        lines[first], lines[second] = lines[second], lines[first]
        return b"".join(lines)

    def _a_line_left_out_or_twice(self, raw: bytes) -> bytes:
        lines = raw.splitlines(keepends=True)
        at = self.random.randrange(len(lines))
        lines[at : at + 1] = self.random.choice([[], [lines[at]] * 2])
        return b"".join(lines)

    def _a_line_put_in(self, raw: bytes) -> bytes:
        lines = raw.splitlines(keepends=True)
        more = self.random.choice(
            ['profile = "relaxed"', 'exclude = ["**"]', "[waivers]", "require_signature = false", 'signature = "U1"',
             "[bundle]", "rules = []", 'issuer = "eve@example.org"', "# a word", "[[zones]]", 'paths = ["**"]']
        )  # fmt: skip
        lines.insert(self.random.randrange(len(lines) + 1), f"{more}\n".encode())
        return b"".join(lines)

    def _a_part_of_another(self, raw: bytes) -> bytes:
        """The policy of one over the issuer's words of another, or a signature that was made for something else."""
        other = self.random.choice(self.others)
        cut = self.random.choice([b"\n[bundle]\n", b"sha256 = ", b"signature = "])
        parts = [raw.partition(cut), other.partition(cut)]
        self.random.shuffle(parts)
        return parts[0][0] + cut + parts[1][2]

    def _a_bundle_of_somebody_else(self, raw: bytes) -> bytes:
        return self.random.choice(self.others[1:])


@pytest.mark.parametrize("number", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_no_forged_bundle_counts(keys: Keys, number: int) -> None:
    """Under the issuer's own key: what counts says what was signed, word for word."""
    forgeries = Forgeries(keys, number)
    signers = [keys.line("alice"), keys.line("eve").replace(address("eve"), "mallory@example.org")]
    genuine = read_bundle(forgeries.genuine, "x")
    assert fault_of(genuine, signers) == ""
    refused = Counter()
    for n in range(number):
        raw = forgeries.make(n)
        try:
            bundle = read_bundle(raw, "x")
        except UsageError:
            refused["unread"] += 1
            continue
        if fault_of(bundle, signers):
            refused["unsigned"] += 1
        else:
            # Another bundle that alice signed, or what means the same to the reader.
            assert bundle == genuine or raw in forgeries.others[:1], raw
            refused["same"] += 1
    assert refused["unread"] > number / 3
    assert refused["unsigned"] > number / 20
    assert refused["same"] < number / 10


def test_the_operator_s_bundle_goes_before_the_repository_s(
    repository: Path, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, signers = tmp_path / "policy.toml", tmp_path / "signers"
    other.write_bytes(bundled(keys, b'profile = "standard"\n'))
    monkeypatch.setenv("NBGUARD_POLICY", str(other))
    assert load_config(str(repository)).profile == "standard"
    assert load_config(str(repository), operator=True).bundle
    signers.write_text(f"# ours\n{keys.line('eve')}\n")
    monkeypatch.setenv("NBGUARD_POLICY_SIGNERS", str(signers))
    with pytest.raises(UsageError, match=r"isn't listed for alice@example\.org"):
        load_config(str(repository))
    monkeypatch.setenv("NBGUARD_POLICY", str(tmp_path / "gone"))
    with pytest.raises(UsageError, match="isn't there"):
        load_config(str(repository))


def test_the_command_line_bundles_verifies_and_compares(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / ".git").mkdir()
    source, signers, out = tmp_path / "source.toml", tmp_path / "signers", tmp_path / FILE_NAME
    source.write_bytes(POLICY)
    signers.write_text(keys.line("alice") + "\n")
    words = ("--issuer", address("alice"), "--version", "7", "--issued", "2026-06-01", "--key", keys.path("alice"))
    assert "signed" in nbguard("policy", "bundle", source, *words, "-o", out, cwd=tmp_path).out
    verified = nbguard("policy", "verify", out, "--signers", signers, "--format", "json", cwd=tmp_path)
    assert (verified.status, json.loads(verified.out)["verified"]) == (0, True)
    signers.write_text(keys.line("eve") + "\n")
    assert nbguard("policy", "verify", out, "--signers", signers, cwd=tmp_path).status == 1
    shown = json.loads(nbguard("policy", "show", "--format", "json", cwd=tmp_path).out)
    assert (shown["profile"], "version 7" in shown["bundle"], len(shown["sha256"])) == ("enterprise", True, 64)
    assert "Nobody is listed under [approvers] security" in nbguard("policy", "check", cwd=tmp_path).out
    source.write_bytes(POLICY.replace(b"90", b"120"))
    diff = nbguard("policy", "diff", out, source, cwd=tmp_path)
    assert (diff.status, "waivers.longest_days is 120, was 90" in diff.out) == (1, True)
    assert nbguard("policy", "diff", source, out, cwd=tmp_path).status == 0


def test_in_ci_the_bundle_is_the_base_s(tmp_path: Path, keys: Keys) -> None:
    history = History(tmp_path / "r")
    history.commit(**{FILE_NAME: bundled(keys)})
    history.git("checkout", "-q", "-b", "work")
    weaker = make_bundle(b'profile = "relaxed"\nexclude = ["**"]\n', address("eve"), "8", "2026-06-02", lambda _: "")
    history.commit(**{FILE_NAME: weaker, "run.py": with_dwave(FakeTokens(505).dwave())})
    run = nbguard("ci", "--base", "main", "--format", "json", cwd=history.path)
    rules = {finding["rule"] for finding in json.loads(run.out)["findings"]}
    assert (run.status, rules >= {"dwave-sapi-token", "policy-weakened"}) == (1, True)
    assert "under the policy of alice@example.org, version 7" in run.err


def _in_ci(history: History, *words: str, **variables: str) -> tuple[int, set[str], str]:
    run = nbguard("ci", "--format", "json", *words, cwd=history.path, env=UNSET | variables)
    rules = {finding["rule"] for finding in json.loads(run.out)["findings"]} if run.out else set()
    return run.status, rules, run.err


BLIND = b'profile = "relaxed"\nexclude = ["**"]\n'


def _unsigned(policy: bytes, name: str = "eve") -> bytes:
    return make_bundle(policy, address(name), "8", "2026-06-02", lambda _: "")


@pytest.mark.parametrize("as_link", [False, True])
def test_a_bundle_that_the_operator_names_in_the_repository_is_the_base_s(tmp_path: Path, as_link: bool) -> None:
    history = History(tmp_path / "r")
    history.commit(**{"ci/policy.toml": _unsigned(b'profile = "enterprise"\n', "alice")})
    history.git("checkout", "-q", "-b", "work")
    history.write("run.py", with_dwave(FakeTokens(505).dwave()))
    (tmp_path / "elsewhere.toml").write_bytes(_unsigned(BLIND))
    if as_link:
        (history.path / "ci/policy.toml").unlink()
        (history.path / "ci/policy.toml").symlink_to(tmp_path / "elsewhere.toml")
    else:
        history.write("ci/policy.toml", _unsigned(BLIND))
    history.commit()
    status, rules, told = _in_ci(history, "--base", "main", NBGUARD_POLICY="ci/policy.toml")
    if as_link:
        assert (status, "leads out of the repository" in told) == (2, True)
        return
    assert (status, rules >= {"dwave-sapi-token", "policy-weakened"}) == (1, True)
    assert "under the policy of alice@example.org" in told


def test_the_operator_s_bundle_judges_in_ci_with_and_without_a_base(tmp_path: Path) -> None:
    history = History(tmp_path / "r")
    history.commit(README="x\n")
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{FILE_NAME: _unsigned(BLIND), "run.py": with_dwave(FakeTokens(505).dwave())})
    bundle = tmp_path / "policy.toml"
    bundle.write_bytes(_unsigned(b'profile = "enterprise"\n', "alice"))
    unknown = {"GITLAB_CI": "true", "CI_COMMIT_SHA": history.git("rev-parse", "HEAD")}
    history.git("branch", "-q", "-D", "main")
    for words, job in ((("--base", "HEAD~1"), {}), ((), unknown)):
        status, rules, told = _in_ci(history, *words, NBGUARD_POLICY=str(bundle), **job)
        assert (status, "dwave-sapi-token" in rules) == (1, True), told
        assert "under the policy of alice@example.org" in told


def test_a_bundle_in_the_commits_adds_nothing_to_the_operator_s_configuration(tmp_path: Path) -> None:
    """With a base it is told what it would let through; without one it has no say either."""
    history = History(tmp_path / "r")
    history.commit(README="x\n")
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{FILE_NAME: _unsigned(BLIND), "run.py": with_dwave(FakeTokens(505).dwave())})
    own = tmp_path / "policy.toml"
    own.write_text('profile = "standard"\n')
    status, rules, told = _in_ci(history, "--base", "main", "--config", str(own))
    assert (status, rules >= {"dwave-sapi-token", "policy-weakened"}) == (1, True), told
    history.git("branch", "-q", "-D", "main")
    job = {"GITLAB_CI": "true", "CI_COMMIT_SHA": history.git("rev-parse", "HEAD")}
    status, rules, told = _in_ci(history, "--config", str(own), **job)
    assert (status, "dwave-sapi-token" in rules) == (1, True), told


@pytest.mark.parametrize("door", [("scan",), ("scan", "--staged"), ("ci", "--base", "main"), ("pre-push", "o", "u")])
def test_every_door_says_whose_policy_judged(tmp_path: Path, door: tuple[str, ...]) -> None:
    history = History(tmp_path / "r")
    bundle = make_bundle(b"", "security@example.org", "7", "2026-06-01", lambda _: "")
    history.commit(**{FILE_NAME: bundle, "README": "x\n"})
    history.git("checkout", "-q", "-b", "work")
    head = history.commit(**{"run.py": with_dwave(FakeTokens(5).dwave())})
    if "--staged" in door:
        history.git("reset", "-q", "--soft", "HEAD~1")
    told = f"refs/heads/work {head} refs/heads/work {'0' * 40}\n".encode()
    run = nbguard(*door, cwd=history.path, env=UNSET, stdin=told)
    assert run.status == 1, run.err
    assert "under the policy of security@example.org, version 7 of 2026-06-01" in run.err


def test_a_bundle_that_nobody_could_use_is_not_written(tmp_path: Path) -> None:
    words = ("--issuer", "a@example.org", "--version", "7", "--unsigned", "-o", "made.toml")
    for policy in ('rules = ["packs/ours.toml"]\n', 'profile = "none"\n'):
        (tmp_path / "nbguard.toml").write_text(policy)
        assert nbguard("policy", "bundle", "nbguard.toml", *words, cwd=tmp_path).status == 2
        assert not (tmp_path / "made.toml").exists()


def test_what_became_weaker_is_told_without_what_a_terminal_obeys(tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text("")
    (tmp_path / "new.toml").write_text('exclude = ["\\u001b[31m"]\n')
    run = nbguard("policy", "diff", "old.toml", "new.toml", cwd=tmp_path)
    assert (run.status, "\\x1b[31m" in run.out, "\x1b" in run.out) == (1, True, False)
