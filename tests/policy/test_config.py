"""The configuration: where it is found, what it says, and what a mistake in it leads to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.detect.samples.settings import SampleSettings
from nbguard.errors import UsageError
from nbguard.policy import known_settings
from nbguard.policy.baseline import load_baseline
from nbguard.policy.config import find_root, load_config, load_file, wanted_kinds
from nbguard.policy.fingerprint import find_salt
from nbguard.policy.known_settings import SAMPLE_DATA, STRIP
from nbguard.policy.policy_settings import CONFIG_NAMES, Config, WaiverPolicy, Zone
from nbguard.policy.rule_names import check_rule_names
from nbguard.policy.verdict import sample_data_by_path
from nbguard.strip.options import StripOptions, from_config
from nbguard.vault.style import STYLES


@pytest.fixture
def repository(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    return tmp_path


def test_root_is_the_folder_with_git_above(repository):
    assert find_root(str(repository / "deep" / "er")) == str(repository)
    assert find_root(str(repository / "deep" / "not-there.ipynb")) == str(repository)
    (repository / "deep" / "a.ipynb").write_text("")
    assert find_root(str(repository / "deep" / "a.ipynb")) == str(repository)


def test_root_of_a_linked_worktree_where_git_is_a_file(tmp_path):
    (tmp_path / "tree" / "sub").mkdir(parents=True)
    (tmp_path / "tree" / ".git").write_text("gitdir: elsewhere\n")
    assert find_root(str(tmp_path / "tree" / "sub")) == str(tmp_path / "tree")


def test_without_a_repository_the_root_is_the_start(tmp_path):
    assert find_root(str(tmp_path)) == str(tmp_path)


MARKS = {
    "nbguard.toml": 'profile = "relaxed"\n', "pyproject.toml": '[tool.nbguard]\nprofile = "relaxed"\n',
    ".nbguard-policy.toml": "", ".nbguard-baseline.jsonl": "", ".nbguard-salt": "x\n",
}  # fmt: skip


@pytest.mark.parametrize("name", MARKS)
def test_without_a_repository_the_nearest_policy_upwards_counts(tmp_path, name):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / name).write_text(MARKS[name])
    for start in (deep, deep / "n.ipynb", tmp_path / "a", tmp_path):
        assert find_root(str(start)) == str(tmp_path)
    if name in CONFIG_NAMES:
        assert load_config(str(deep / "n.ipynb")).profile == "relaxed"
        (tmp_path / "a" / "nbguard.toml").write_text("")
        assert load_config(str(deep)).profile == "standard"
    (deep / ".git").mkdir()
    assert find_root(str(deep)) == str(deep)


def test_upwards_a_pyproject_that_is_not_for_us_is_passed_by(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "nbguard.toml").write_text("")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n")
    assert find_root(str(tmp_path / "a" / "b")) == str(tmp_path)


def test_upwards_a_link_to_nothing_is_a_policy_that_somebody_meant(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "nbguard.toml").symlink_to("gone")
    with pytest.raises(UsageError, match="leads to nothing"):
        load_config(str(tmp_path / "a"))


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no such owners here")
def test_upwards_nobody_else_s_policy_counts(tmp_path, monkeypatch):
    """As in /tmp, where anybody may put one. In the folder itself it is a person's choice."""
    (tmp_path / "a").mkdir()
    (tmp_path / "nbguard.toml").write_text("")
    real = os.lstat

    def owned_by_another(path, **options):
        status = real(path, **options)
        return os.stat_result((*status[:4], 54321, *status[5:])) if str(path).endswith("nbguard.toml") else status

    monkeypatch.setattr(os, "lstat", owned_by_another)
    assert find_root(str(tmp_path / "a")) == str(tmp_path / "a")
    assert find_root(str(tmp_path)) == str(tmp_path)


def test_a_bare_repository_is_a_root_by_itself(tmp_path):
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "x.git")], check=True)
    (tmp_path / "nbguard.toml").write_text("")
    assert find_root(str(tmp_path / "x.git")) == str(tmp_path / "x.git")


def test_the_folder_of_a_device_is_no_root(repository, monkeypatch):
    """A report names /dev/null, and not a file called null."""
    monkeypatch.chdir(repository / "deep")
    assert find_root(os.devnull) == str(repository)


def test_defaults(repository):
    config = load_config(str(repository))
    assert config == Config(str(repository))
    assert config.profile == "standard"
    assert config.fail_on == "low"
    assert config.max_file_size == 1_000_000_000


def test_everything_in_nbguard_toml(repository):
    (repository / "nbguard.toml").write_text("""
profile = "enterprise"
salt = "pepper"
exclude = ["third_party/", "*.min.js"]
max_file_size = "100MB"
allow_unreadable = true
disable = ["generic-*"]
enable = ["quantum-metadata"]
fail_on = "medium"
severity = { "ionq-api-key" = "critical", hygiene = "off" }

[strip]
keep_output = true
max_size = "5K"
extra_keys = ["metadata.a"]

[vault]
mount = "kv"
style = "hvac"

[sample_data]
rows = 20
bulk_bytes = "1 MiB"
classes = ["personal", "payment"]

[jupyter]
save = "strip"
on_error = "block"
also_guard = ["*.env"]
events = "logs/events.jsonl"
secrets_connector = true

[waivers]
require_expiry = false

[[zones]]
paths = ["experiments/"]
profile = "relaxed"
save = "off"
severity = { credential = "medium" }
""")
    config = load_config(str(repository / "deep"))
    assert config == Config(
        str(repository),
        "enterprise",
        "pepper",
        ("third_party/", "*.min.js"),
        100_000_000,
        True,
        ("quantum-metadata",),
        ("generic-*",),
        {"ionq-api-key": "critical", "hygiene": "off"},
        "medium",
        ".nbguard-baseline.jsonl",
        {"keep_output": True, "max_size": 5000, "extra_keys": ("metadata.a",)},
        {"mount": "kv", "style": "hvac"},
        {"rows": 20, "bulk_bytes": 1 << 20, "classes": ["personal", "payment"]},
        {
            "save": "strip",
            "on_error": "block",
            "also_guard": ("*.env",),
            "events": "logs/events.jsonl",
            "secrets_connector": True,
        },
        (Zone(("experiments/",), profile="relaxed", severity={"credential": "medium"}, save="off"),),
        WaiverPolicy(require_reason=True, require_approver=True, require_expiry=False, require_signature=True),
        "nbguard.toml",
    )


@pytest.mark.parametrize(
    "text",
    [
        '[tool.nbguard]\nprofile = "relaxed"\n',
        '[tool]\nnbguard.profile = "relaxed"\n',
        '[tool]\nnbguard = { profile = "relaxed" }\n',
        'tool.nbguard.profile = "relaxed"\n',
        '[ "tool" . "nbguard" ]\nprofile = "relaxed"\n',
        '\ufeff[tool.nbguard]\r\nprofile = "relaxed"\r\n',
        '[build-system]\nrequires = []\n  [tool.nbguard]\n  profile = "relaxed"\n',
        '[[tool.nbguard.zones]]\npaths = ["x"]\n[tool.nbguard]\nprofile = "relaxed"\n',
    ],
)
def test_every_way_to_write_our_table_in_pyproject(repository, text):
    """The cheap look for our table must not miss a way that TOML allows."""
    (repository / "pyproject.toml").write_bytes(text.encode())
    config = load_config(str(repository))
    assert config.profile == "relaxed"
    assert config.fail_on == "high"
    assert config.source == "pyproject.toml"


def test_nbguard_toml_goes_before_pyproject(repository):
    (repository / "nbguard.toml").write_text('profile = "relaxed"\n')
    (repository / "pyproject.toml").write_text('[tool.nbguard]\nprofile = "enterprise"\n')
    assert load_config(str(repository)).profile == "relaxed"


def test_an_explicit_file_goes_before_all(repository, tmp_path):
    (repository / "nbguard.toml").write_text("nonsense = 1\n")
    other = tmp_path / "operator.toml"
    other.write_text('[tool.nbguard]\nprofile = "enterprise"\n')
    assert load_config(str(repository), str(other)).profile == "enterprise"


def test_settings_beside_our_table_are_not_passed_over(repository, tmp_path):
    """Outside of pyproject.toml a file has either the table or the settings at its top: one would count for nothing."""
    other = tmp_path / "operator.toml"
    other.write_text('exclude = ["a"]\n[tool.nbguard]\nprofile = "enterprise"\n')
    with pytest.raises(UsageError, match="here write its settings at the top"):
        load_config(str(repository), str(other))


def test_messages_for_pyproject_name_its_tables(repository):
    (repository / "pyproject.toml").write_text("[tool.nbguard.strip]\nkeep_outputs = true\n")
    with pytest.raises(UsageError, match=r"^pyproject.toml: \[tool.nbguard.strip\]: there is no setting"):
        load_config(str(repository))


def test_a_configuration_over_the_limit_is_an_error(repository):
    """Half of it would be another policy."""
    (repository / "nbguard.toml").write_text("#" * 1_000_000 + "\nprofile = 'enterprise'\n")
    with pytest.raises(UsageError, match=r"nbguard\.toml: too large"):
        load_config(str(repository))


def test_the_search_ends_at_the_root_of_the_repository(tmp_path):
    """What lies above it is somebody else's, and may not even be readable."""
    (tmp_path / "nbguard.toml").mkdir()
    (tmp_path / "above" / "r" / ".git").mkdir(parents=True)
    (tmp_path / "above" / "nbguard.toml").write_text("nonsense = 1")
    (tmp_path / "above" / "r" / "deep").mkdir()
    assert load_config(str(tmp_path / "above" / "r" / "deep")).source == ""


def test_a_missing_explicit_file_is_an_error(repository):
    with pytest.raises(UsageError, match="no such configuration file"):
        load_config(str(repository), str(repository / "gone.toml"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('profil = "relaxed"', "there is no setting 'profil'; did you mean 'profile'?"),
        ("max-file-size = 3", "did you mean 'max_file_size'?"),
        ("[strip]\nkeep_outputs = true", r"\[strip\]: there is no setting 'keep_outputs'; did you mean"),
        ('profile = "strict"', "profile must be one of relaxed, standard, enterprise$"),
        ("allow_unreadable = 1", "allow_unreadable must be true or false, not a number$"),
        ('max_file_size = "big"', "max_file_size must be a size"),
        ("max_file_size = -1", "max_file_size must be a size"),
        ("max_file_size = true", "max_file_size must be a size .*, not true or false$"),
        ("exclude = [1]", "exclude must be a list of strings$"),
        ('severity = { a = "hgih" }', "severity must be a table of rule"),
        ("strip = 3", "strip must be a table, not a number$"),
        ("zones = {}", "zones must be a list of tables, not a table$"),
        ('[[zones]]\nprofile = "relaxed"', "number 1: paths are missing"),
        (
            '[[zones]]\npaths = ["a"]\n[[zones]]\npath = ["b"]',
            "number 2: there is no setting 'path'; did you mean 'paths'",
        ),
        ('[sample_data]\nclasses = ["secret"]', "classes must be a list with some of health, government-id"),
        ('[sample_data]\nseverity = "loud"', "severity must be a severity, or a table of class"),
        ("[sample_data]\nbulk_bytes = 0", "bulk_bytes must be a size"),
        ('[[zones]]\npaths = ["a"]\n[zones.sample_data]\nrows = 0', "sample_data: rows must be a whole number"),
        ('[[zones]]\npaths = ["a"]\n[zones.sample_data]\nrow = 1', "no setting 'row'; did you mean 'rows'"),
        ("[sample_data]\nrows = 0", "rows must be a whole number, 1 or more$"),
        ('[vault]\nstyle = "x"', "style must be one of nbguard, env, hvac"),
        ("[waivers]\nrequire_reasons = true", "did you mean 'require_reason'"),
        ("[jupyter]\non_errors = 'allow'", r"\[jupyter\]: there is no setting 'on_errors'; did you mean"),
        ("[jupyter]\nsave = 'blok'", "save must be one of off, warn, strip, block"),
        ("[[zones]]\npaths = ['a']\nsave = 1", "save must be one of off, warn, strip, block, not a number"),
        ("[jupyter]\nevents = '/etc/events.jsonl'", "events must be a path below the root"),
        ("[jupyter]\nevents = '../events.jsonl'", "events must be a path below the root"),
        ("[jupyter]\nevents = '.git/hooks/events.jsonl'", "events must be a path below the root"),
        ("[jupyter]\nevents = 'pyproject.toml'", "events must be a path below the root"),
        ("= 3", "not valid TOML: Invalid statement"),
        ('exclude = "a/"', r'exclude must be a list of strings, not a string: write exclude = \["…"\]$'),
        ("[[zones]]\npaths = 'a'", r'number 1: paths must be a list of strings, not a string: write paths = \["…"\]$'),
        ("[tool.nbguard]\nprofile = 'relaxed'", r"\[tool.nbguard\] is how pyproject.toml writes it; here write"),
        ("exclude = ['a']\n[tool.nbguard]\nprofile = 'relaxed'", r"\[tool.nbguard\] is how pyproject.toml writes it"),
        ("baseline = '../outside/new'", "baseline must name a file inside the repository$"),
        ("baseline = '/tmp/new'", "baseline must name a file inside the repository$"),
        ("baseline = '.git/hooks/pre-push'", "baseline must name a file inside the repository$"),
        ("rules = ['lab.toml', '../lab.toml']", "rules must name a file inside the repository$"),
        ("default_rules = '../theirs.toml'", "default_rules must name a file inside the repository$"),
    ],
)
def test_a_mistake_is_named_with_its_file(repository, text, said):
    (repository / "nbguard.toml").write_text(text)
    with pytest.raises(UsageError, match="^nbguard.toml: .*" + said) as caught:
        load_config(str(repository))
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["salt = ['pepper-and-salt']", "salt = 'pepper-and-salt", "salt = {pepper-and-salt=1}"]
)
def test_a_mistake_does_not_repeat_the_salt(repository, text):
    (repository / "nbguard.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load_config(str(repository))
    assert "pepper" not in str(caught.value)


def test_the_salt_is_not_in_the_repr():
    assert "pepper" not in repr(Config("/r", salt="pepper"))


def test_not_utf8_is_an_error(repository):
    (repository / "nbguard.toml").write_bytes(b"salt = '\xff'\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_config(str(repository))


def test_code_is_never_loaded(repository):
    """A repository that is scanned may hold a file named like one of our modules."""
    (repository / "nbguard").mkdir()
    (repository / "nbguard" / "__init__.py").write_text("raise SystemExit('executed')\n")
    (repository / "tomllib.py").write_text("raise SystemExit('executed')\n")
    (repository / "nbguard.toml").write_text('profile = "relaxed"\n')
    assert load_config(str(repository)).profile == "relaxed"


def test_tomllib_is_loaded_only_for_our_own_settings(repository):
    """It costs more than all the rest of a hook's start."""
    (repository / "pyproject.toml").write_text(
        '[project]\ndependencies = ["nbguard"]\n[project.scripts]\nnbguard = "a:b"\n[tool.ruff]\nline-length = 120\n'
    )
    probe = (
        "import sys; from nbguard.policy.config import load_config; load_config(sys.argv[1]);"
        "print('tomllib' in sys.modules)"
    )
    got = subprocess.run([sys.executable, "-c", probe, str(repository)], capture_output=True, text=True, check=True)
    assert got.stdout == "False\n"


def test_kinds_that_nobody_wants_are_not_looked_for():
    standard = Config("/r")
    assert wanted_kinds(standard) == {"credential", "sample-data", "hygiene"}
    assert wanted_kinds(standard._replace(profile="relaxed")) == {"credential", "sample-data"}
    assert "quantum-metadata" in wanted_kinds(standard._replace(enable=("quantum-metadata",)))
    assert "quantum-metadata" in wanted_kinds(standard._replace(zones=(Zone(("a",), profile="enterprise"),)))
    assert "quantum-metadata" in wanted_kinds(standard._replace(enable=("ibm-crn",)))


def test_the_rooms_take_what_the_configuration_lets_through(repository):
    """Settings are checked here and read in other rooms: what one of them knows, the other must."""
    (repository / "nbguard.toml").write_text("""
[strip]
keep_output = false
keep_count = true
keep_id = true
extra_keys = "metadata.a cell.metadata.b"
keep_metadata_keys = ["cell.metadata.tags"]
drop_empty_cells = true
drop_tagged_cells = ["solution"]
strip_init_cells = true
max_size = "5K"
drop_output_types = ["stream:stderr"]
keep_output_types = []
strip_regex = "x"
normalize = true
volatile_keys = ["metadata.signature"]
blank_cells = false
markers = false
[sample_data]
rows = 5
emails = 4
bulk_bytes = "2MB"
classes = ["personal"]
severity = { personal = "low" }
policy = { personal = "approval" }
""")
    config = load_config(str(repository))
    strip = from_config(config.strip)
    assert strip.extra_keys == ("metadata.a", "cell.metadata.b")
    assert strip.max_size == 5000
    assert set(STRIP) == set(StripOptions._fields) == set(config.strip)
    samples = SampleSettings.from_config(config.sample_data)
    assert (samples.rows, samples.bulk_bytes, samples.severity) == (5, 2_000_000, {"personal": "low"})
    # The policy of a class isn't for who looks, but for who judges.
    assert set(SAMPLE_DATA) == {*SampleSettings._fields, "policy"} == set(config.sample_data)
    assert set(known_settings.STYLES) == set(STYLES)


def test_a_severity_for_all_classes_is_one_for_each(repository):
    (repository / "nbguard.toml").write_text('sample_data = { severity = "high" }')
    samples = SampleSettings.from_config(load_config(str(repository)).sample_data)
    assert set(samples.severity.values()) == {"high"}
    assert samples.severity == SampleSettings.from_config({"severity": "high"}).severity


def test_a_zone_has_thresholds_of_its_own(repository):
    """What it doesn't say is as elsewhere, class by class for severities."""
    (repository / "nbguard.toml").write_text("""
[sample_data]
rows = 7
severity = { personal = "low", health = "low" }
[[zones]]
paths = ["fixtures/"]
sample_data = { rows = 50, severity = { health = "critical" } }
[[zones]]
paths = ["b/"]
""")
    config = load_config(str(repository))
    at = sample_data_by_path(config)
    inside = SampleSettings.from_config(at("fixtures/a.ipynb"))
    assert (inside.rows, inside.severity) == (50, {"personal": "low", "health": "critical"})
    for path in ("a.ipynb", "b/a.ipynb"):
        assert SampleSettings.from_config(at(path)).rows == 7
    assert sample_data_by_path(config._replace(zones=config.zones[1:])) is None


def test_an_operator_takes_nothing_from_the_repository(repository, tmp_path_factory, monkeypatch):
    """Whoever pushes must not be able to bring the policy, the salt or the baseline along."""
    monkeypatch.delenv("NBGUARD_SALT", raising=False)
    (repository / "nbguard.toml").write_text('disable = ["*"]\n')
    (repository / ".nbguard-salt").write_text("theirs")
    (repository / ".nbguard-baseline.jsonl").write_text("not even a baseline")
    config = load_config(str(repository), operator=True)
    assert config.disable == ()
    assert find_salt(config).origin == "default"
    assert load_baseline(config) is None
    own = tmp_path_factory.mktemp("operator")
    (own / "baseline.jsonl").write_text("")
    (own / "policy.toml").write_text(f'salt = "ours"\nprofile = "enterprise"\nbaseline = "{own}/baseline.jsonl"\n')
    config = load_config(str(repository), str(own / "policy.toml"), operator=True)
    assert (config.profile, config.root) == ("enterprise", str(repository))
    assert find_salt(config) == (b"ours", "configuration")
    assert load_baseline(config) is not None


def test_the_docs_name_every_setting():
    docs = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    tables = (
        known_settings.TOP,
        known_settings.STRIP,
        known_settings.VAULT,
        known_settings.SAMPLE_DATA,
        known_settings.JUPYTER,
        known_settings.ZONE,
        known_settings.WAIVERS,
    )
    named = {key for table in tables for key in table}
    assert (
        sorted(key for key in named if f"`{key}`" not in docs and f"[{key}" not in docs and f"{key} =" not in docs)
        == []
    )


@pytest.mark.parametrize("where", ["enable", "disable", "severity"])
@pytest.mark.parametrize("in_zone", [True, False])
def test_a_misspelt_rule_is_an_error(where, in_zone):
    """It would switch nothing off, and nobody would notice."""

    def check(*names):
        value = dict.fromkeys(names, "low") if where == "severity" else names
        config = Config("/r", source="nbguard.toml")
        config = (
            config._replace(zones=(Zone(("a",), **{where: value}),)) if in_zone else config._replace(**{where: value})
        )
        check_rule_names(config, {"ionq-api-key", "dwave-sapi-token"})

    check("ionq-api-key", "dwave-*", "hygiene")
    with pytest.raises(UsageError, match=r"there is no rule 'ionq-apikey'; did you mean 'ionq-api-key'\?"):
        check("ionq-apikey")
    with pytest.raises(UsageError, match="`nbguard rules` lists them"):
        check("zzz-*")


def test_a_file_alone_says_what_stands_in_it(repository, tmp_path):
    """Wherever it lies, and whatever the repository around it says."""
    (repository / "nbguard.toml").write_text('profile = "enterprise"\n')
    path = repository / "deep" / "other.toml"
    path.write_text('profile = "relaxed"\nexclude = ["a"]\n')
    config = load_file(str(path))
    assert (config.profile, config.exclude, config.root) == ("relaxed", ("a",), str(repository))
    assert config.source == os.path.join("deep", "other.toml")
    path.write_text("profiles = 1\n")
    with pytest.raises(UsageError, match="there is no setting 'profiles'"):
        load_file(str(path))
