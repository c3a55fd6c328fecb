"""Text in, pairs out, format by format; and what holds for every text: spans lie in it, and nothing is raised."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nbguard.documents.structure.formats import CODE, DATA, PLAIN, format_by_look, format_of
from nbguard.documents.structure.pair_reader import read_pairs

V = "q7Zk2LxP9mTb4RwN"

# The file's name or the language, the text, and the name that V has in it: `ApiKey`, or with the section or key that it
# stands below, `Acme.ApiKey`. Other readers see `"ApiKey" = "V"` anywhere, only the format's own knows what is above.
FORMS = [
    ("a.ts", f"const getApiKey = async (): Promise<string> => '{V}';", "getApiKey"),
    ("a.ts", f"const getToken = () => {{\n  return '{V}';\n}};", "getToken"),
    ("a.ads", f'   API_Key : constant String := "{V}";', "API_Key"),
    ("a.erl", f'ApiKey = <<"{V}">>,', "ApiKey"),
    ("notes.md", f"* API token \u2192 {V}\n", "API token"),
    (
        "plan.jmx",
        '<elementProp name="api_key">\n<stringProp name="Argument.name">api_key</stringProp>\n'
        f'<stringProp name="Argument.value">{V}</stringProp>\n</elementProp>',
        "api_key",
    ),
    (
        "a-soapui-project.xml",
        f"<con:property><con:name>dbPassword</con:name><con:value>{V}</con:value></con:property>",
        "dbPassword",
    ),
    ("a.py", f'user, token = "svc", "{V}"', "token"),
    ("a.js", f"const [user, token] = ['svc', '{V}'];", "token"),
    ("a.py", f'token = os.environ["T"] if ci else "{V}"', "token"),
    ("a.py", f'api_key = (\n    "{V}"\n)', "api_key"),
    ("a.py", f'@pytest.mark.parametrize("token", ["{V}"])', "token"),
    ("a.py", f'@pytest.mark.parametrize(("user", "password"), [("svc", "{V}")])', "password"),
    ("a.py", f'@pytest.mark.parametrize("user, password", [("svc", "{V}")])', "password"),
    ("a.py", f'@pytest.mark.parametrize("api_key", [pytest.param("{V}", id="live")])', "api_key"),
    ("a.py", f'ftplib.FTP("ftp.lab.net", "svc", "{V}")', "password"),
    ("a.py", f'pika.PlainCredentials("svc", "{V}")', "password"),
    ("a.py", f'client.username_pw_set("svc", "{V}")', "password"),
    ("a.py", f'hmac.compare_digest(token, "{V}")', "secret_key"),
    ("a.py", f'child.expect("Password:")\nchild.sendline("{V}")', "password"),
    ("a.php", f"new mysqli('db1', 'svc', '{V}', 'x');", "password"),
    ("a.pl", f'DBI->connect("dbi:mysql:x", "svc", "{V}");', "password"),
    ("a.sql", f"INSERT INTO users (name, password) VALUES ('ann', '{V}');", "password"),
    ("a.sql", f"insert into t (id, api_key, at)\nvalues (7, '{V}', now()), (8, null, now());", "api_key"),
    ("a.html", f'<input type="password" value="{V}">', "password"),
    ("a.html", f"<input type=password id=pw value={V}>", "password"),
    ("haproxy.cfg", f"  user svc insecure-password {V}", "insecure-password"),
    ("redis.conf", f"requirepass {V}", "requirepass"),
    ("sentinel.conf", f"sentinel auth-pass mymaster {V}", "auth-pass"),
    ("users.acl", f"user ann on >{V} ~* +@all", "password"),
    ("slapd.conf", f"rootpw {V}", "rootpw"),
    ("bird.conf", f'protocol bgp x {{\n  password "{V}";\n}}', "password"),
    ("frr.conf", f"neighbor 10.0.0.1 password {V}", "password"),
    ("munin.conf", f"env.mysqlpassword {V}", "env.mysqlpassword"),
    ("ipsec.secrets", f'@a @b : PSK "{V}"', "password"),
    ("snmpd.conf", f"rocommunity {V} 10.0.0.0/8", "password"),
    ("snmpd.conf", f"createUser ann SHA-256 {V} AES", "password"),
    ("haproxy.cfg", f"  stats auth svc:{V}", "password"),
    ("proftpd.conf", f"SQLConnectInfo db@localhost svc {V}", "password"),
    ("a.py", f'connection.simple_bind_s("cn=svc,dc=lab", "{V}")', "password"),
    ("a.py", f'keyring.set_password("lab", "me", "{V}")', "lab.password"),
    ("a.py", f'open("x/lab.token", "w").write("{V}")', "lab.token"),
    ("a.py", f'st.text_input("API key", value="{V}")', "API key"),
    ("a.cpp", f'std::string token{{"{V}"}};', "token"),
    ("a.R", f'token <<- "{V}"', "token"),
    ("a.ex", f'@token "{V}"', "token"),
    ("A.java", f'@Value("${{db.password:{V}}}")', "db.password"),
    ("a.tex", f"\\newcommand{{\\token}}{{{V}}}", "token"),
    ("a.html", f'<meta name="api-key" content="{V}">', "api-key"),
    ("", f"token   str   {V}\n", "token"),
    ("a.sh", f'echo "{V}" | gh secret set API_KEY', "API_KEY"),
    ("a.txt", f"remove the token {V} soon", "token"),
    ("README.md", f"Log in as `svc` with password `{V}`.", "password"),
    ("a.txt", f"ann: the token\n[10:02] ann: {V}\n", "token"),
    ("a.json", f'{{"db": {{"password": "{V}"}}}}', "db.password"),
    ("a.json", f'{{"env": [{{"name": "API_KEY", "value": "{V}"}}]}}', "env.API_KEY"),
    ("a.json", f'{{"values": [{{"value": "{V}", "enabled": true, "key": "API_KEY"}}]}}', "values.API_KEY"),
    ("a.json", f'{{"variables": {{"api_key": {{"value": "{V}", "type": "String"}}}}}}', "api_key.api_key"),
    ("a.json", f'{{"auth": {{"apikey": [{{"key": "value", "value": "{V}"}}]}}}}', "apikey.apikey"),
    ("a.json", f'{{"args": ["--token", "{V}"]}}', "args.token"),
    ("a.json", f'{{"Authorization": ["Bearer {V}"]}}', "Authorization.Authorization"),
    ("a.json", f'{{"cmd": "curl -H \\"X-Api-Key: {V}\\" x"}}', "X-Api-Key"),
    ("a.json", f'{{"body": "{{\\"token\\": \\"{V}\\"}}"}}', "token"),
    ("a.json", f'{{"url": "https://a.example.com/x?token={V}&n=1"}}', "token"),
    ("a.json", f'{{"kty": "RSA", "d": "{V}"}}', "private_key"),
    ("a.json", f'{{"answer": [{{"id": 1, "tokens": ["{V}"]}}]}}', "tokens"),
    ("a.js", f"const key = {{ kty: 'EC', crv: 'P-256', d: '{V}' }}", "private_key"),
    ("a.py", f"key = {{'kty': 'oct', 'k': '{V}'}}", "private_key"),
    ("a.go", f'const jwk = "{{\\"kty\\":\\"OKP\\",\\"d\\":\\"{V}\\"}}"', "private_key"),
    ("a.go", f'const h = "Bearer " + "{V}"', "Authorization"),
    ("a.py", f'h = {{"X": "Bearer {{}}".format("{V}")}}', "Authorization"),
    ("a.R", f'paste("Bearer", "{V}")', "Authorization"),
    ("a.py", f'jwt.encode({{"sub": "1"}}, "{V}", algorithm="HS256")', "signing_key"),
    ("a.rs", f'c.get(u).bearer_auth("{V}")', "access_token"),
    ("a.ps1", f'ConvertTo-SecureString "{V}" -AsPlainText', "password"),
    ("a.php", f'curl_setopt($c, CURLOPT_USERPWD, "svc:{V}");', "password"),
    ("a.sql", f's:8:"password";s:16:"{V}";', "password"),
    ("a.py", f'print("token:", "{V}")', "token"),
    ("a.py", f'parametrize("token", ["{V}"])', "token"),
    ("build.gradle", f'storePassword "{V}"', "storePassword"),
    ("a.rst", f"Set ``API_KEY`` to ``{V}``.", "API_KEY"),
    ("Dockerfile", f"ENV DB_PASSWORD {V}\n", "DB_PASSWORD"),
    ("a.sh", f'echo "{V}" > ~/.config/api_token', "api_token"),
    ("a.py", f'with open("token.txt", "w") as f:\n    f.write("{V}")', "token"),
    ("a.py", f"# the password for the lab account: {V}\n", "the password for the lab account"),
    ("a.js", f'const header = btoa("svc:{V}")', "password"),
    ("a.py", f"head = base64.b64encode(b'svc:{V}')", "password"),
    ("a.yaml", f'body:\n  string: \'{{"tokens":["{V}"]}}\'\n', "tokens"),
    ("a.yaml", f"svc:\n  api_key: {V}\n", "svc.api_key"),
    ("a.yaml", f'svc:\n  api_key: "{V}"  # ours\n', "svc.api_key"),
    ("a.yaml", f"svc:\n  api_key: '{V}'\n", "svc.api_key"),
    ("a.yaml", f"api_key: &key {V}\n", "api_key"),
    ("a.yaml", f"api_key: !secret {V}\n", "api_key"),
    ("a.yaml", f"api_key: !!str {V}\n", "api_key"),
    ("a.yaml", f"api_key:  # ours\n  {V}\nb: c\n", "api_key"),
    ("a.yaml", f"args:\n  - --api-key\n  - {V}\n", "api-key"),
    ("a.xml", f"<property><name>api.key</name><value>{V}</value></property>\n", "api.key"),
    ("a.xml", f'<property name="password"><value>{V}</value></property>\n', "password"),
    ("a.tf", f'env {{\n  name  = "API_KEY"\n  value = "{V}"\n}}\n', "API_KEY"),
    ("a.py", f'env = [{{"name": "API_KEY", "value": "{V}"}}]\n', "API_KEY"),
    ("a.py", f'st.text_input("API key", "{V}")\n', "API key"),
    ("a.py", f'gr.Textbox(value="{V}", lines=1, label="API key:")\n', "API key"),
    ("a.py", f'run(["curl", "-u", "svc:{V}", url])\n', "password"),
    ("a.log", f"send: b'GET / HTTP/1.1\\r\\nAuthorization: Token {V}\\r\\n'\n", "Authorization"),
    ("a.md", f"<b>Password:</b> <code>{V}</code>\n", "Password"),
    ("a.yaml", f"? api_key\n: {V}\n", "api_key"),
    ("a.yaml", f"svc:\n  api_key:\n    {V}\n  b: c\n", "svc.api_key"),
    ("a.yaml", f'svc:\n  api_key:\n    "{V}"\n', "svc.api_key"),
    ("a.toml", f"[svc]\napi_key = '''\n{V}'''\nb = 1\n", "svc.api_key"),
    ("a.toml", f'[svc]\napi_key = """\n{V}\n"""\n', "svc.api_key"),
    ("a.properties", f"api.key {V}\n", "api.key"),
    ("a.properties", f"api.key\t{V}\n", "api.key"),
    ("a.properties", f"api.key = \\\n    {V}\n", "api.key"),
    ("a.sh", f"export API_KEY=${{API_KEY-{V}}}\n", "API_KEY"),
    ("a.sh", f': "${{API_KEY:={V}}}"\n', "API_KEY"),
    ("a.sh", f'API_KEY="${{1:-{V}}}"\n', "API_KEY"),
    ("a.conf", f"location / {{\n  api_key {V};\n}}\n", "api_key"),
    ("a.conf", f"set $api_key {V};\n", "api_key"),
    ("a.conf", f"SetEnv API_KEY {V}\n", "API_KEY"),
    ("a.jl", f'api_key = raw"{V}"\n', "api_key"),
    ("a.rs", f'let api_key = r#"{V}"#;\n', "api_key"),
    ("a.rs", f'let k = env::var("API_KEY").unwrap_or("{V}".to_string());\n', "API_KEY"),
    ("a.kt", f'val k = System.getenv("API_KEY") ?: "{V}"\n', "API_KEY"),
    ("a.go", f'var apiKey = []byte("{V}")\n', "apiKey"),
    ("a.m", f'#define kAPIKey @"{V}"\n', "kAPIKey"),
    ("a.pl", f"$ENV{{API_KEY}} = '{V}';\n", "API_KEY"),
    ("a.hs", f'apiKey = B.pack "{V}"\n', "apiKey"),
    ("a.py", f'def main(api_key: Annotated[str, Option(help="x")] = "{V}"): ...\n', "api_key"),
    ("a.yaml", f"data:\n  token: |\n    {V}\n  b: c\n", "data.token"),
    ("a.yaml", f"data:\n  token: >-\n    {V}\n", "data.token"),
    ("a.yaml", f"env:\n  - name: API_KEY\n    value: {V}\n", "env.API_KEY"),
    ("a.yaml", f"env:\n- name: API_KEY\n  value: {V}\n", "env.API_KEY"),
    ("a.yaml", f"env:\n- value: {V}\n  name: API_KEY\n", "env.API_KEY"),
    ("a.yaml", f"env: [{{name: API_KEY, value: {V}}}]\n", "env.API_KEY"),
    ("a.yaml", f"db: {{user: lab, password: {V}}}\n", "db.password"),
    ("a.yaml", f"environment:\n  - API_KEY={V}\n", "API_KEY"),
    ("a.yaml", f"Authorization:\n  - Bearer {V}\n", "Authorization"),
    ("a.yaml", f"inputs:\n  token:\n    default: {V}\n", "token.token"),
    ("a.yaml", f"# api_key: {V}\n", "api_key"),
    ("a.toml", f'[db]\npassword = "{V}"\n', "db.password"),
    ("a.ini", f"[db]\npassword = {V}\n", "db.password"),
    ("a.properties", f"db.password={V}\n", "db.password"),
    (".env", f"api_key={V}\n", "api_key"),
    (".env", f"export API_KEY='{V}'\n", "API_KEY"),
    ("Dockerfile", f"ENV API_KEY={V}\n", "API_KEY"),
    ("Dockerfile", f"ENV API_KEY {V}\n", "API_KEY"),
    ("Dockerfile", f"ARG API_KEY={V}\n", "API_KEY"),
    ("a.sh", f"python x.py --api-key {V} --n 3\n", "api-key"),
    ("a.sh", f"python x.py --api-key={V}\n", "api-key"),
    ("a.sh", f"python x.py \\\n  --api-key \\\n  {V}\n", "api-key"),
    ("a.sh", f"curl -u lab:{V} https://a.example.com\n", "lab.password"),
    ("a.sh", f'gh secret set API_KEY --body "{V}"\n', "API_KEY"),
    ("a.sh", f"papermill in.ipynb out.ipynb -p shots 100 -p token {V} -p n 3\n", "token"),
    ("a.sh", f"papermill in.ipynb out.ipynb \\\n  --parameters token '{V}'\n", "token"),
    ("a.sh", f"papermill in.ipynb out.ipynb -r token {V}\n", "token"),
    ("a.sh", f"python -m papermill in.ipynb out.ipynb --parameters_raw 'token' {V}\n", "token"),
    ("a.py", f'subprocess.run(["papermill", "in.ipynb", "out.ipynb", "-p", "token", "{V}"])', "token"),
    ("a.sh", f"jq --arg token {V} '.t = $token' a.json\n", "token"),
    ("a.sh", f"xsltproc --stringparam password {V} a.xsl a.xml\n", "password"),
    ("a.sh", f"kubectl create secret generic x --from-literal=API_KEY={V}\n", "API_KEY"),
    ("a.sh", f"docker run -e API_KEY={V} x\n", "API_KEY"),
    ("a.sh", f"mysql -h db -p{V} lab\n", "password"),
    ("a.sh", f"aws configure set aws_secret_access_key {V}\n", "aws_secret_access_key"),
    ("a.py", f"%env API_KEY={V}\n", "API_KEY"),
    ("a.py", f"%env API_KEY {V}\n", "API_KEY"),
    ("a.py", f"!python x.py --token {V}\n", "token"),
    ("a.py", f"%run x.py --token {V}\n", "token"),
    ("a.py", f'subprocess.run(["x", "--token", "{V}"])\n', "--token"),
    ("a.py", f'add_argument("--token", help="a token", default="{V}")\n', "token"),
    ("a.py", f'CONFIG = """\ndb:\n  password: {V}\n"""\n', "db.password"),
    ("a.py", f"%%writefile a.yaml\ndb:\n  password: {V}\n", "db.password"),
    ("a.py", f"x = 1  # token: {V}\n", "token"),
    ("a.xml", f'<add key="API_KEY" value="{V}" />', "add.API_KEY"),
    ("a.xml", f'<envs><env name="API_KEY" value="{V}"/></envs>', "env.API_KEY"),
    ("a.xml", f'<entry key="API_KEY">{V}</entry>', "API_KEY"),
    ("a.xml", f"<server><password>{V}</password></server>", "server.password"),
    ("a.xml", f"<server><password><![CDATA[{V}]]></password></server>", "server.password"),
    ("a.plist", f"<dict><key>API_KEY</key><string>{V}</string></dict>", "dict.API_KEY"),
    (
        "a.html",
        f'<i>&quot;API_KEY&quot;</i><i>]</i> <span class="o">=</span> <span>&quot;{V}&quot;</span>',
        "API_KEY",
    ),
    ("a.html", f"<table><tr><td>token</td><td>{V}</td></tr></table>", "token"),
    ("a.tex", f"\\PY{{n}}{{api\\PYZus{{}}key}} \\PY{{o}}{{=}} \\PY{{l+s+s2}}{{\\PYZdq{{}}{V}\\PYZdq{{}}}}", "api_key"),
    ("", f"Authorization: Bearer {V}\r\n", "Authorization"),
    ("", f"Authorization: Basic {V}\r\n", "Authorization"),
    ("", f"X-Auth-Token: {V}\r\n", "X-Auth-Token"),
    ("", f"2026-01-02 INFO connect token={V} ok\n", "token"),
    ("", f"GET https://a.example.com/x?n=1&api_key={V} 401", "api_key"),
    ("", f"postgresql://lab:{V}@db.acme.io/x", "lab.password"),
    ("", f"Server=db;User Id=lab;Password={V};Encrypt=yes", "Password"),
    ("", f"password: {V}\n", "password"),
    ("", f"IBM Quantum API key for the lab account:\n{V}\n", "IBM Quantum API key for the lab account"),
    ("", f"the password is {V}.\n", "the password"),
    ("", f"CREATE USER lab IDENTIFIED BY '{V}';", "password"),
    ("", f"ALTER ROLE lab WITH PASSWORD '{V}';", "password"),
    ("", f"machine a.example.com login lab password {V}", "lab.password"),
    (".netrc", f"machine a.example.com\n  login lab\n  password {V}\n", "lab.password"),
    (".pgpass", f"db:5432:lab:ana:{V}\n", "ana.password"),
    (".npmrc", f"//registry.acme.io/:_authToken={V}\n", "_authToken"),
    (".pypirc", f"[lab]\nusername: ana\npassword: {V}\n", "lab.password"),
    ("a.csv", f"user,api_token\nana,{V}\n", "api_token"),
    ("a.csv", f'user,api_token\n"a, b","{V}"\n', "api_token"),
    ("a.csv", f'note,api_token\n"first line\nsecond, ""line""",{V}\n', "api_token"),
    ("a.csv", f"user,api_token\rana,{V}\r", "api_token"),
    ("a.tsv", f"user\tapi_token\nmid\"dle\t'{V}'\n", "api_token"),
    ("a.tsv", f"user\tapi_token\nana\t{V}\n", "api_token"),
    ("a.md", f"| user | api_token |\n|---|---|\n| ana | `{V}` |\n", "api_token"),
    ("a.tf", f'variable "db_password" {{\n  type = string\n  default = "{V}"\n}}\n', "db_password.db_password"),
    ("a.R", f'api_key <- "{V}"', "api_key"),
    ("a.R", f'Sys.setenv(API_KEY = "{V}")', "API_KEY"),
    ("a.rs", f'const API_KEY: &str = "{V}";', "API_KEY"),
    ("a.rs", f'let api_key: &\'static str = "{V}";', "api_key"),
    ("a.rs", f'let key = String::from("{V}");', "key"),
    ("a.go", f'var apiKey string = "{V}"', "apiKey"),
    ("a.go", f"apiKey := `{V}`", "apiKey"),
    ("a.c", f'#define API_KEY "{V}"', "API_KEY"),
    ("a.c", f'static const char api_key[] = "{V}";', "api_key"),
    ("a.c", f'char *api_key = "{V}";', "api_key"),
    ("a.vb", f'Dim apiKey As String = "{V}"', "apiKey"),
    ("a.lisp", f'(defparameter *api-key* "{V}")', "api-key"),
    ("a.el", f'(setq api-key "{V}")', "api-key"),
    ("a.clj", f'(def api-key "{V}")', "api-key"),
    ("a.clj", f'{{:api-key "{V}"}}', "api-key"),
    ("a.js", f"const k = process.env.API_KEY || '{V}';", "process.env.API_KEY"),
    ("a.js", f"const k = process.env.API_KEY ?? '{V}';", "process.env.API_KEY"),
    ("a.js", f"const cfg = {{ apiKey: '{V}' }};", "apiKey"),
    ("a.ts", f'const apiKey: string = "{V}";', "apiKey"),
    ("a.java", f'private static final String API_KEY = "{V}";', "API_KEY"),
    ("a.cs", f'public const string ApiKey = @"{V}";', "ApiKey"),
    ("a.cs", f'var c = "Server=db;Password={V};";', "Password"),
    ("a.kt", f'val apiKey: String = "{V}"', "apiKey"),
    ("a.php", f"define('API_KEY', '{V}');", "API_KEY"),
    ("a.php", f"$apiKey = '{V}';", "$apiKey"),
    ("a.rb", f"ENV['API_KEY'] ||= '{V}'", "API_KEY"),
    ("a.rb", f":api_key => '{V}'", "api_key"),
    ("a.pl", f"my $api_key = '{V}';", "$api_key"),
    ("a.swift", f'let apiKey: String = "{V}"', "apiKey"),
    ("a.jl", f'const API_KEY = "{V}"', "API_KEY"),
    ("a.scala", f'val apiKey = "{V}"', "apiKey"),
    ("a.ps1", f'$env:API_KEY = "{V}"', "API_KEY"),
    ("a.ps1", f'[Environment]::SetEnvironmentVariable("API_KEY", "{V}")', "API_KEY"),
    ("a.lua", f'local api_key = "{V}"', "api_key"),
    ("a.java", f'conf.set("fs.s3a.secret.key", "{V}");', "fs.s3a.secret.key"),
]


def _names(hint: str, text: str) -> set[str]:
    names = set()
    for pair in read_pairs(text, hint):
        if pair.value == V:
            names |= {pair.name, ".".join((*pair.path[-1:], pair.name))}
    return names


@pytest.mark.parametrize(
    ("hint", "text", "name"), FORMS, ids=[f"{hint}-{number}" for number, (hint, _, _) in enumerate(FORMS)]
)
def test_a_value_has_its_name_and_exact_span(hint, text, name):
    assert name in _names(hint, text)
    spans = [(pair.start, pair.end) for pair in read_pairs(text, hint) if pair.value == V]
    assert {text[start:end] for start, end in spans} == {V}


@pytest.mark.parametrize(
    ("hint", "text", "name"), FORMS, ids=[f"{hint}-{number}" for number, (hint, _, _) in enumerate(FORMS)]
)
def test_a_value_survives_windows_line_ends(hint, text, name):
    assert name in _names(hint, text.replace("\r\n", "\n").replace("\n", "\r\n"))


@pytest.mark.parametrize(
    ("hint", "text", "name"),
    [form for form in FORMS if not form[0].endswith(("csv", "tsv")) and not form[1].startswith("%%")],
)
def test_a_value_has_its_name_behind_other_lines(hint, text, name):
    """What begins a line begins any line; a table's head and a cell's magic alone stand on the first."""
    assert name in _names(hint, f"one word\n\n{text}")


def test_a_value_with_escapes_is_decoded_and_its_span_is_what_is_written():
    text = r'{"password": "a\"b\\c\u0041"}'
    pair = next(pair for pair in read_pairs(text, "a.json") if pair.name == "password")
    assert pair.value == 'a"b\\cA'
    assert text[pair.start : pair.end] == r"a\"b\\c\u0041"


def test_a_text_inside_a_json_string_has_spans_in_the_file():
    text = r'{"a": "x\ny\ntoken=q7Zk2LxP9m\n"}'
    pair = next(pair for pair in read_pairs(text, "a.json") if pair.name == "token")
    assert text[pair.start : pair.end] == "q7Zk2LxP9m"


@pytest.mark.parametrize(("inner", "value"), [("pw=12345", "12345"), ("pw=1234", None)])
def test_a_string_that_is_read_as_a_text_has_eight_characters(inner, value):
    text = f'{{"x": "{inner}"}}'
    found = next((pair for pair in read_pairs(text, "a.json") if pair.name == "pw"), None)
    assert (found and found.value) == value


def test_an_entity_is_one_character_of_a_value():
    text = "<pre>password = &quot;a&amp;b1cdef&quot;</pre>"
    pair = next(pair for pair in read_pairs(text, "a.html") if pair.name == "password")
    assert pair.value == "a&b1cdef"
    assert text[pair.start : pair.end] == "a&amp;b1cdef"


def test_an_unquoted_value_in_code_is_an_expression():
    for text in ("token = get_token1(x)", "token = settings.token1", "f(token=token1)", "token: Token1 = x"):
        assert not [pair for pair in read_pairs(text, "a.py") if "token" in pair.name and not pair.quoted]


def test_formats_are_known_by_name_and_by_look():
    assert format_of("x/a.yml.bak") == "yaml"
    assert format_of("Dockerfile") == "shell"
    assert format_of("R") == "r"
    assert format_of("something") == ""
    assert format_by_look('{"a": 1}') == "json"
    assert format_by_look("<?xml version='1.0'?><a/>") == "xml"
    assert format_by_look("a: 1\nb: 2\n") == "yaml"
    assert format_by_look("hello") == ""


_PIECES = st.sampled_from(
    ["token", "password", "=", ":", '"', "'", "`", "\\", "\\u0041", "\n", " ", "  ", "- ", "|", ">-",
     "{", "}", "[", "]", ",",
     "<a ",
     "/>", "</a>", "&quot;", "value", "name",
     "key=", "--token ", "?x=", "://u:p@h", "ä", "😀", "\\PY{n}{", "\r\n", "%env ", "#", V]
)  # fmt: skip
_TEXTS = st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("".join))
_HINTS = st.sampled_from(sorted(CODE | DATA | PLAIN))


@settings(max_examples=400, deadline=None)
@given(_TEXTS, _HINTS)
@example("\\u0041", "json")
def test_spans_lie_in_any_text_and_nothing_is_raised(text, hint):
    for pair in read_pairs(text, hint):
        assert 0 <= pair.start < pair.end <= len(text)
        assert 0 <= pair.name_start <= pair.name_end <= len(text)


# Those left out are read as a text of no format is.
@pytest.mark.parametrize("hint", sorted((DATA | PLAIN | {"python"}) - {"latex", "markdown", "netrc"}))
@pytest.mark.parametrize(
    "piece",
    ['token="', "a=a=", "- name: x\n", "  a:\n", "{", '{"a":', "[", "<a b='c'>", "--a ", "a:b@", "\\", "|a|b\n|-|-\n",
     "x y z ", '"', "'",
     "token is ", "?a=b&", "://a:", "Authorization: ", "machine a ",
     "`", "a b: ", 'f("a", ', "password "],
)  # fmt: skip
def test_reading_takes_linear_time(hint, piece):
    def seconds(size):
        text = (piece * (size // len(piece) + 1))[:size]
        best = []
        for _ in range(2):
            start = time.process_time()
            for _ in read_pairs(text, hint):
                pass
            best.append(time.process_time() - start)
        return min(best)

    # Quadratic growth would be sixteenfold. Further tries decide where the first met a collection of garbage.
    assert any(seconds(12_000) < max(0.03, 9 * seconds(3_000)) for _ in range(3))


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        ("README.md", f'--set mysql.pass="password",{V}="db1"'),  # the mark that ends a value begins none
        ("README.md", f"| `db.password` | {V} Password | none |"),  # the first word of a cell
        ("a.sh", f"date -u +%Y-%m:{V}"),
        ("a.go", f'connect(user("a", "password"), name("{V}"))'),
        ("a.java", f'assertTrue(encoder.matches("password", "{V}"))'),
        ("a.adoc", f"X-CSRF-TOKEN: {V}"),
        ("a.html", f'<input type="hidden" name="__RequestVerificationToken" value="{V}">'),
        ("a.py", f'password == "x" or "{V}"'),
        ("a.sql", f"INSERT INTO users (password, name) VALUES (hash('x'), '{V}');"),
        ("a.py", f'@pytest.mark.parametrize(("password", "user"), [("x", "{V}")])'),
    ],
)
def test_what_stands_beside_a_name_without_being_given_to_it(hint, text):
    assert not [
        pair for pair in read_pairs(text, hint) if V in pair.value and pair.name.lower() in ("password", "token")
    ]


def test_a_value_in_a_query_ends_where_the_next_parameter_begins():
    values = {
        pair.value for pair in read_pairs(f"username=ann&password={V}&scope=all", "a.adoc") if pair.name == "password"
    }
    assert values == {V}


def test_a_parameter_that_many_addresses_have_is_a_key_where_it_is_long():
    for name in ("key", "appid", "auth"):
        long, short = (
            f"https://maps.example.net/json?q=a&{name}={V}{V}",
            f"https://maps.example.net/json?q=a&{name}={V}",
        )
        assert ("api_key", V + V) in {(pair.name, pair.value) for pair in read_pairs(long, "a.txt")}
        assert "api_key" not in {pair.name for pair in read_pairs(short, "a.txt")}
