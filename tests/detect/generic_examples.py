"""One made-up credential for every generic rule, in the text it comes in."""

import string
from typing import NamedTuple

from tests.fake_tokens import ALPHANUMERIC, HEX, URL_SAFE, FakeTokens

LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits


class Example(NamedTuple):
    """``text`` is a line or more of a file; ``value`` is the part that is the credential; ``shown`` is public."""

    rule: str
    text: str
    value: str
    shown: int = 0


def private_key(tokens: FakeTokens, kind: str = "RSA ") -> str:
    """A PEM block with random base64 in it."""
    lines = [tokens.of(ALPHANUMERIC + "+/", 64) for _ in range(12)]
    return "\n".join((f"-----BEGIN {kind}PRIVATE" + " KEY-----", *lines, f"-----END {kind}PRIVATE" + " KEY-----"))


def examples(seed: int = 1) -> list[Example]:
    """The examples; the same seed makes the same values."""
    tokens = FakeTokens(seed)
    of = tokens.of

    def fill(rule: str, text: str, value: str, shown: int = 0) -> Example:
        return Example(rule, text.replace("@@", value), value, shown)

    digit = "7Q2"  # so that every value has a digit, whatever the seed
    return [
        fill("aws-access-key", 'client = Session("@@")', tokens.aws_access_key(), 4),
        fill("aws-secret-key", 'aws_secret_access_key="@@"', tokens.aws_secret_key()),
        fill("azure-storage-key", "DefaultEndpointsProtocol=https;AccountKey=@@;Suffix=core",
             of(ALPHANUMERIC + "+/", 83) + digit + "=="),
        fill("artifactory-token", "artifactory: @@", "AK" + "Cp" + of(ALPHANUMERIC, 66) + digit, 4),
        fill("basic-auth-url", 'engine = create_engine("postgresql://svc_ingest:@@@db7.corp.net/calib")',
             of(ALPHANUMERIC, 14) + digit),
        fill("cloudant-credential", 'cloudant_apikey = "@@"', of(string.ascii_lowercase, 24)),
        fill("cloudant-credential", "https://acme-bluemix:@@@acme-bluemix.cloudant.com/runs", of(HEX, 61) + "1af"),
        fill("discord-bot-token", 'discord.run("@@")',
             "M" + of(ALPHANUMERIC, 23) + "." + of(ALPHANUMERIC, 6) + "." + of(URL_SAFE, 25) + "7x"),
        fill("github-token", "git remote add x https://@@@github.com/x/y",
             "gh" + "p_" + of(ALPHANUMERIC, 33) + digit, 4),
        fill("huggingface-token", 'login("@@")', "hf" + "_" + of(string.ascii_letters, 34), 3),
        fill("anthropic-key", 'client = Client("@@")', "sk-" + "ant-api03-" + of(ALPHANUMERIC, 90) + digit + "AA", 7),
        fill("github-fine-grained-token", "GH=@@",
             "github" + "_pat_" + of(ALPHANUMERIC, 22) + "_" + of(ALPHANUMERIC, 56) + digit, 11),
        fill("wandb-key", 'wandb.login(key="@@")', of(HEX, 37) + "1af"),
        fill("gitlab-token", 'gl = Gitlab(private_token="@@")', "gl" + "pat-" + of(ALPHANUMERIC, 17) + digit, 6),
        fill("ibm-cloud-iam-key", 'ibm_cloud_api_key = "@@"', of(URL_SAFE, 41) + digit),
        fill("ibm-cos-hmac-key", 'cos_hmac_secret_access_key = "@@"', of(HEX, 45) + "1af"),
        fill("jwt", "Authorization: Bearer @@", tokens.jwt(), 3),
        fill("mailchimp-key", "mc = '@@'", of(HEX, 29) + "1af-us14"),
        fill("npm-token", "//registry.npmjs.org/:_authToken=@@\n", "np" + "m_" + of(ALPHANUMERIC, 33) + digit, 4),
        fill("openai-key", 'llm = Chat(key="@@")',
             "sk-" + of(ALPHANUMERIC, 17) + digit + "T3Blbk" + "FJ"
             + of(ALPHANUMERIC, 20), 3),
        fill("private-key", 'key = """\n@@\n"""', private_key(tokens), 10),
        fill("pypi-token", "password = @@", "pypi-" + "AgEIcHlwaS5vcmc" + of(URL_SAFE, 90), 5),
        fill("sendgrid-key", "SendGridAPIClient('@@')",
             "S" + "G." + of(URL_SAFE, 22) + "." + of(URL_SAFE, 40) + digit, 3),
        fill("slack-webhook", "requests.post('@@')",
             "https://hooks.slack.com/services/T" + of(UPPER, 8) + "/B" + of(UPPER, 8) + "/"
             + of(ALPHANUMERIC, 24), 33),
        fill("slack-token", 'WebClient(token="@@")', "xo" + "xb-846201957331-" + of(LOWER, 21) + "7q2", 5),
        fill("softlayer-key", 'softlayer_apikey = "@@"', of(LOWER, 61) + "7q2"),
        fill("square-secret", 'square = "@@"', "sq0" + "csp-" + of(URL_SAFE, 40) + digit, 7),
        fill("stripe-key", 'stripe.api_key = "@@"', "sk_" + "live_" + of(ALPHANUMERIC, 21) + digit, 8),
        fill("telegram-bot-token", 'bot = Bot("@@")', "846295731:A" + "A" + of(URL_SAFE, 30) + digit),
        fill("twilio-key", 'from twilio.rest import Client; Client("@@")', "SK" + of(HEX, 29) + "1af", 2),
        fill("generic-credential", 'client_secret="@@"', of(ALPHANUMERIC, 29) + "7Q2"),
        fill("generic-credential", 'db_password = "@@"', of(ALPHANUMERIC, 9) + "aZ7!x9"),
        fill("generic-credential", '{"apiKey": "@@"}', of(ALPHANUMERIC, 29) + "7Q2"),
        fill("generic-credential", "export WEATHER_API_KEY=@@\n", of(HEX, 40) + "1af"),
        fill("generic-credential", 'os.environ["HUB_TOKEN"] = "@@"', of(ALPHANUMERIC, 29) + "7Q2"),
        fill("generic-credential", 'connect(user="x", passwd="@@")', of(ALPHANUMERIC, 9) + "aZ7!x9"),
        fill("generic-credential", 'session.headers.update({"X-Api-Key": "@@"})',
             of(HEX, 40) + "1af"),
    ]  # fmt: skip
