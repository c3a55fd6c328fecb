"""A policy that isn't trusted can ask for more, never for less."""

from hypothesis import given
from hypothesis import strategies as st

from nbguard.lsp.trust import make_strict
from nbguard.policy.config import wanted_kinds
from nbguard.policy.policy_settings import Config, WaiverPolicy, Zone
from nbguard.policy.saving import STRICTNESS, save_policy

SAVES = st.sampled_from([None, *STRICTNESS])
ZONES = st.builds(
    Zone, st.just(("**",)), st.just(""), st.sampled_from([None, "relaxed", "enterprise"]),
    st.just({"credential": "off"}), st.just(()), st.just(("credential",)), st.just({"bulk_bytes": 10**9}), SAVES,
)  # fmt: skip
CONFIGS = st.builds(
    lambda profile, zones, save, reason, inline: Config(
        "/r", profile, "salt", ("**",), 10, True, ("hygiene",), ("credential",), {"*": "off"}, "critical", "b", {}, {},
        {"bulk_bytes": 10**9}, {"save": save} if save else {}, tuple(zones),
        WaiverPolicy(require_reason=reason, inline=inline), "x", True, ("A",), ("/r/pack.toml",),
    ),
    st.sampled_from(["relaxed", "standard", "enterprise"]), st.lists(ZONES, max_size=2), SAVES, st.booleans(),
    st.booleans(),
)  # fmt: skip


@given(CONFIGS)
def test_nothing_that_loosens_is_left(config: Config) -> None:
    usual, strict = Config("/r"), make_strict(config)
    assert (strict.exclude, strict.disable, strict.severity, strict.rules, strict.plugins) == ((), (), {}, (), ())
    assert (strict.baseline, strict.salt, strict.trusted, strict.allow_unreadable) == ("", "", False, False)
    assert (strict.fail_on, strict.sample_data, strict.max_file_size) == ("low", {}, usual.max_file_size)
    assert wanted_kinds(strict) >= wanted_kinds(usual)
    least = save_policy("a.ipynb", usual).mode
    assert STRICTNESS.index(save_policy("a.ipynb", strict).mode) >= STRICTNESS.index(least)
    for zone in strict.zones:
        assert (zone.disable, zone.severity, zone.sample_data) == ((), {}, {})
        assert zone.profile in (None, "enterprise")


@given(CONFIGS)
def test_what_it_asks_for_beyond_the_defaults_holds(config: Config) -> None:
    strict = make_strict(config)
    assert strict.enable == config.enable
    assert strict.waivers.require_reason == config.waivers.require_reason
    assert strict.waivers.inline == config.waivers.inline
    assert (strict.profile == "enterprise") == (config.profile == "enterprise")
