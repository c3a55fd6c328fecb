"""The generic credential rules: which detect-secrets plugin finds each, and what people are told about it."""

from __future__ import annotations

from typing import NamedTuple


class GenericRule(NamedTuple):
    """One kind of credential that a detect-secrets plugin finds.

    ``plugin`` and ``module`` name the plugin's class and its module under ``detect_secrets.plugins``; without a module
    the detector is ours. ``patterns``
    are the indexes of the plugin's regexes that mean this rule; empty: all the others. ``prefixes`` are public: they
    may be shown. ``fixed``: the value has a fixed alphabet and length, so a longer run of such characters is
    something else.
    """

    id: str
    plugin: str
    module: str
    name: str
    provider: str | None
    severity: str
    explanation: str
    remedy: str
    prefixes: tuple[str, ...] = ()
    patterns: tuple[int, ...] = ()
    fixed: bool = False


def _rule(
    id: str,  # noqa: A002
    plugin: str,
    name: str,
    provider: str | None,
    explanation: str,
    remedy: str,
    severity: str = "high",
    prefixes: tuple[str, ...] = (),
    patterns: tuple[int, ...] = (),
    fixed: bool = False,
) -> GenericRule:
    cls, _, module = plugin.partition(" ")
    return GenericRule(id, cls, module, name, provider, severity, explanation, remedy, prefixes, patterns, fixed)


# Rule id -> rule. Where a plugin has several rules, the one without ``patterns`` comes last.
GENERIC_RULES: dict[str, GenericRule] = {rule.id: rule for rule in (
    _rule("aws-secret-key", "AWSKeyDetector aws", "AWS secret access key", "aws",
          "A 40-character value beside a name with aws and key, token or password in it.",
          "Deactivate the access key in the IAM console, make a new one, and use a role or SSO where you can.",
          patterns=(1,), fixed=True),
    _rule("aws-access-key", "AWSKeyDetector aws", "AWS access key id", "aws",
          "AKIA, ASIA, ABIA or ACCA and 16 capitals or digits. It names the key; the secret is mostly near by.",
          "Deactivate the access key in the IAM console, make a new one, and use a role or SSO where you can.",
          prefixes=("AK" "IA", "ASIA", "ABIA", "ACCA", "A3T"), fixed=True),
    _rule("azure-storage-key", "AzureStorageKeyDetector azure_storage_key", "Azure storage account key", "azure",
          "AccountKey= and 88 base64 characters, as in a storage connection string.",
          "Rotate the key in the storage account under Access keys, and prefer Entra ID over keys."),
    _rule("artifactory-token", "ArtifactoryDetector artifactory", "Artifactory credential", "artifactory",
          "An API key that begins with AKC, or an encrypted password that begins with AP.",
          "Revoke it in the Artifactory user profile and make a new one.", prefixes=("AKCp", "AKC", "AP")),
    _rule("basic-auth-url", "AddressPasswords", "password in a URL", None,
          "A URL of the form scheme://user:password@host.",
          "Change the password, and build the URL from a secret that is looked up."),
    _rule("cloudant-credential", "CloudantDetector cloudant", "Cloudant credential", "ibm-cloud",
          "A Cloudant password or API key, beside its name or in a cloudant.com URL.",
          "Delete the API key in the Cloudant dashboard, or rotate the service credential."),
    _rule("discord-bot-token", "DiscordBotTokenDetector discord", "Discord bot token", "discord",
          "A bot token: three parts with dots between, the first one the bot's number in base64.",
          "Reset the token on the Bot page of the Discord developer portal.", fixed=True),
    _rule("github-token", "GitHubTokenDetector github_token", "GitHub token", "github",
          "ghp_, gho_, ghu_, ghs_ or ghr_ and 36 characters.",
          "Delete the token under GitHub Settings > Developer settings, and make one with fewer rights.",
          prefixes=("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    _rule("gitlab-token", "GitLabTokenDetector gitlab_token", "GitLab token", "gitlab",
          "glpat- and the other GitLab prefixes, with 20 or more characters behind.",
          "Revoke the token in GitLab under Access tokens (or reset the runner's token).",
          prefixes=("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-", "gloas-",
                    "GR1348941")),
    _rule("ibm-cloud-iam-key", "IbmCloudIamDetector ibm_cloud_iam", "IBM Cloud IAM key", "ibm-cloud",
          "44 characters beside a name such as ibm_cloud_api_key.",
          "Delete the API key in IBM Cloud under Manage > Access (IAM) > API keys, and make a new one."),
    _rule("ibm-cos-hmac-key", "IbmCosHmacDetector ibm_cos_hmac", "IBM Cloud Object Storage HMAC key", "ibm-cloud",
          "48 hex digits beside a name such as cos_hmac_secret_access_key.",
          "Delete the service credential of the storage instance and make a new one."),
    _rule("jwt", "JwtTokenDetector jwt", "JSON Web Token", None,
          "A signed token: a JSON header and a JSON body in base64, and a signature.",
          "Sign out or revoke the session at whoever issued it, and look the token up at run time.",
          severity="medium", prefixes=("eyJ",)),
    _rule("mailchimp-key", "MailchimpDetector mailchimp", "Mailchimp API key", "mailchimp",
          "32 hex digits, -us and the number of a data centre.",
          "Revoke the key in Mailchimp under Extras > API keys.", fixed=True),
    _rule("npm-token", "NpmDetector npm", "npm token", "npm",
          "The _authToken of a registry, as in .npmrc.",
          "Revoke the token with `npm token revoke`, and make a granular one.", prefixes=("npm_",)),
    _rule("openai-key", "OpenAIDetector openai", "OpenAI API key", "openai",
          "sk- and a value with T3BlbkFJ in the middle.",
          "Delete the key on the API keys page of the OpenAI platform.", prefixes=("sk-",)),
    _rule("private-key", "PrivateKeyDetector private_key", "private key", None,
          "A private key in PEM or PuTTY form: RSA, EC, DSA, OpenSSH, PGP or PKCS#8.",
          "Make a new key pair, take the old public key out everywhere, and revoke certificates made for it.",
          prefixes=("-----BEGIN", "PuTTY-User-Key-File")),
    _rule("pypi-token", "PypiTokenDetector pypi_token", "PyPI token", "pypi",
          "pypi- and a macaroon for pypi.org or test.pypi.org.",
          "Delete the token in the PyPI account settings; publish with a trusted publisher instead.",
          prefixes=("pypi-",)),
    _rule("sendgrid-key", "SendGridDetector sendgrid", "SendGrid API key", "sendgrid",
          "SG., 22 characters, a dot and 43 characters.",
          "Delete the key in SendGrid under Settings > API keys.", prefixes=("SG.",), fixed=True),
    _rule("slack-webhook", "SlackDetector slack", "Slack webhook", "slack",
          "A hooks.slack.com address: whoever has it can post.",
          "Delete the webhook in the app's settings, and make a new one.",
          prefixes=("https://hooks.slack.com/services/",), patterns=(1,)),
    _rule("slack-token", "SlackDetector slack", "Slack token", "slack",
          "xoxa-, xoxb-, xoxp-, xoxo-, xoxs- or xoxr-, numbers and a value.",
          "Revoke the token in the app's OAuth settings and reinstall the app.",
          prefixes=("xoxa-", "xoxb-", "xoxp-", "xoxo-", "xoxs-", "xoxr-")),
    _rule("softlayer-key", "SoftlayerDetector softlayer", "SoftLayer API key", "ibm-cloud",
          "64 characters beside a name such as softlayer_api_key, or in an api.softlayer.com address.",
          "Delete the classic infrastructure API key in the IBM Cloud console."),
    _rule("square-secret", "SquareOAuthDetector square_oauth", "Square OAuth secret", "square",
          "sq0csp- and 43 characters.",
          "Replace the application secret in the Square developer dashboard.", prefixes=("sq0csp-",), fixed=True),
    _rule("stripe-key", "StripeDetector stripe", "Stripe live key", "stripe",
          "sk_live_ or rk_live_ and 24 characters.",
          "Roll the key in the Stripe dashboard under Developers > API keys.", prefixes=("sk_live_", "rk_live_")),
    _rule("telegram-bot-token", "TelegramBotTokenDetector telegram_token", "Telegram bot token", "telegram",
          "A bot's number, a colon and 35 characters.",
          "Ask @BotFather to /revoke the token.", fixed=True),
    _rule("twilio-key", "TwilioKeyDetector twilio", "Twilio account or key id", "twilio",
          "AC or SK and 32 hex digits, in a text that names Twilio. It names the account or key, beside its secret.",
          "Delete the API key in the Twilio console, and rotate the auth token.",
          severity="medium", prefixes=("AC", "SK"), fixed=True),
    _rule("huggingface-token", "OwnPatterns", "Hugging Face token", "huggingface",
          "hf_ and 34 letters.",
          "Invalidate the token on the Access Tokens page of Hugging Face, and make one that may only read.",
          prefixes=("hf_",)),
    _rule("anthropic-key", "OwnPatterns", "Anthropic API key", "anthropic",
          "sk-ant-, what the key is for, and 80 or more characters.",
          "Delete the key in the Claude Console under API keys, and make a new one.", prefixes=("sk-ant-",)),
    _rule("github-fine-grained-token", "OwnPatterns", "fine-grained GitHub token", "github",
          "github_pat_, 22 characters, an underscore and 59 characters.",
          "Delete the token under GitHub Settings > Developer settings, and make one with fewer rights.",
          prefixes=("github_pat_",)),
    _rule("wandb-key", "OwnPatterns", "Weights & Biases API key", "wandb",
          "40 hex digits in a call of wandb.login or behind the command.",
          "Revoke the key in the Weights & Biases user settings, and make a new one."),
    GenericRule("generic-credential", "NamedValue", "", "credential", None, "medium",
          "An opaque value given to a name such as password, api_key or client_secret.",
          "Rotate it at whoever issued it, and look it up at run time."),
)}  # fmt: skip
