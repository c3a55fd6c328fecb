"""What a credential is called in other languages, and what services call theirs without saying so."""

import json

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(53)
PASSWORD, KEY = "wX4%" + TOKENS.of(ALPHANUMERIC, 9) + "9q", TOKENS.of(ALPHANUMERIC, 30) + "3z"
PASSWORDS = (
    "contraseña", "passwort", "Kennwort", "KENNWORT", "db_kennwort", "mot_de_passe",
    "motDePasse", "MOT_DE_PASSE", "mdp", "senha", "SENHA_DB", "wachtwoord", "hasło", "HASŁO",
    "haslo_db", "lösenord", "losenord", "heslo", "adgangskode", "passord", "salasana",
    "jelszó", "şifre", "sifre", "parola", "geslo", "lozinka", "slaptažodis", "parool",
    "kata_sandi", "mật_khẩu", "пароль", "Пароль", "ПАРОЛЬ", "db_пароль", "пароль_бд", "密码",
    "数据库密码", "口令", "密碼", "パスワード", "DBパスワード", "暗証番号", "비밀번호", "κωδικός", "סיסמה",
    "รหัสผ่าน", "db_รหัสผ่าน", "पासवर्ड", "كلمة_المرور", "كلمة_السر", "گذرواژه", "პაროლი", "パスフレーズ",
)  # fmt: skip
KEYS = (
    "токен", "令牌", "トークン", "토큰", "clave_api", "chave_api", "clé_api", "api_schlüssel",
    "ключ_api", "密钥", "ключ_доступа", "секретный_ключ", "apiキー", "アクセスキー",
    "KAGGLE_KEY", "COSMOS_KEY", "SONAR_LOGIN", "GH_PAT",
)  # fmt: skip


def found(path, raw):
    return [one.value for one in ENGINE.detect(open_document(path, raw))]


def files(name, value):
    """The name with its value in several formats, in notebooks as they are and with escapes for what isn't ASCII."""
    line = f'{name} = "{value}"\n'
    yield "a.py", line.encode()
    yield "a.ipynb", as_bytes(notebook(code(line)))
    yield "a.ipynb", json.dumps(notebook(code(line)), indent=1).encode()
    yield "a.ipynb", json.dumps(notebook(markdown(f"Set\n\n    {line}")), indent=1).encode()
    yield "a.json", json.dumps({name: value}, ensure_ascii=False).encode()
    yield "a.json", json.dumps({"x": {name: value}}).encode()
    yield "a.yaml", f"user: lab\n{name}: {value}\n".encode()
    yield "a.ini", f"[lab]\n{name} = {value}\n".encode()


@pytest.mark.parametrize("name", PASSWORDS)
def test_a_password_is_one_in_any_language(name):
    for path, raw in files(name, PASSWORD):
        assert found(path, raw) == [PASSWORD], path
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize("name", KEYS)
def test_so_is_a_token_or_key(name):
    for path, raw in files(name, KEY):
        assert found(path, raw) == [KEY], path
        assert disagreement(path, raw) == (set(), set())


LOOKALIKES = {
    "mdp": ("FrozenLake-v1", "gridworld_4x4", "MDPtoolbox"),
    "parola": ("gatto", "bicicletta", "parola12"),
    "parole": ("court2019", "liberté"),
    "geslo": ("geslo123",),
    "heslo": ("hlavní stránka",),
    "senha": ("Digite a sua senha", "senha"),
    "passwort": ("Passwort vergessen?", "ändern"),
    "пароль": ("Введите пароль", "пароль"),
    "密码": ("请输入密码", "密码错误"),
    "パスワード": ("パスワードを入力してください",),
    "contraseña": ("Introduzca su contraseña", "${CONTRASENA}"),
    "mot_de_passe": ("Mot de passe oublié", "<mot de passe>"),
    "токен": ("слово", "доступа"),
    "トークン": ("tokenizer.json", "名詞"),
    "maps_key": ("color", "google-maps-key"),
    "vision_key": ("vision.embeddings.weight", "pixel_values"),
    "speech_key": ("speech_to_text",),
    "jeton": ("rouge", "jetons.csv"),
}


@pytest.mark.parametrize("name", LOOKALIKES)
def test_words_under_such_a_name_are_silent(name):
    for value in LOOKALIKES[name]:
        for path, raw in files(name, value):
            assert found(path, raw) == [], (path, value)


def test_a_long_value_hides_no_name_that_ends_in_its_sign():
    value = TOKENS.of(ALPHANUMERIC, 86) + "=="
    for path, raw in files("AZURE_STORAGE_KEY", value):
        assert found(path, raw) == [value]
    assert found("a.md", f"Set AZURE_STORAGE_KEY={value}\n".encode()) == [value]


def test_what_a_form_asks_for_is_no_password():
    for name, text in (("รหัสผ่าน", "กรุณากรอกรหัสผ่าน"), ("كلمة_المرور", "أدخل كلمة المرور"), ("पासवर्ड", "पासवर्ड दर्ज करें")):
        for path, raw in files(name, text):
            assert found(path, raw) == [], path


def test_what_passed_is_no_password():
    assert found("a.py", f'USER, PASS = "lab", "{PASSWORD}"\n'.encode()) == [PASSWORD]
    assert found("a.py", b'PASS = "Unroller3"\n') == []
    assert found("a.md", b"* pass: `test_load_v2`\n") == []
