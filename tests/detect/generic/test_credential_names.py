"""Protects what a name says of its value."""

import pytest

from nbguard.detect.generic.credential_names import class_of_name


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("password", "password|PASSWORD|dbPassword|DB_PASSWORD|db-password|spring.datasource.password|password2"
                     "|passwd|pwd"
                     "|rootPassword|MYSQL_PWD|smtp_pass|password_confirmation|passphrase|newPassword|pass"
                     "|contraseña|Passwort|pw2|ses_smtp_password_v4"
                     "|mysqlpassword|PGPASSWORD|passWord|ansible_password|default_password"),
        ("token", "token|ACCESS_TOKEN|apiToken|bot_token|authtoken|HUB_TOKEN_PROD|X-Auth-Token"
                  "|personalAccessToken|jwt"),
        ("secret", "secret|client_secret|clientSecret|APP_SECRET|webhook-secret|cookieSecret"),
        ("key", "api_key|apiKey|X-Api-Key|APIKEY|secret_key|SECRET_KEY|awsSecretAccessKey|signing_key"
                "|accountKey|private_key"),
        ("credential", "credentials|creds|db_credential"),
        ("tokens", "tokens|accessTokens"),
        ("header", "Authorization|proxy-authorization"),
        ("", "key|keys|primary_key|public_key|pad_token|next_page_token|nextPageToken|eos_token"
             "|max_tokens|csrf_token"
             "|password_hash|hashed_password|password_field|passwordLabel|token_url|secret_name|token_type"
             "|compass|bypass"
             "|keyboard|monkey|secretary|tokenizer|passenger|password_reset|token_expires|api_key_file"
             "|secret_arn|api_key_path"
             "|sort_key|partitionKey|cache_key|invalid_token|user|name|nPW"),
    ],
)  # fmt: skip
def test_the_last_telling_word_decides(told, names):
    assert {name: class_of_name(name) for name in names.split("|")} == dict.fromkeys(names.split("|"), told)
