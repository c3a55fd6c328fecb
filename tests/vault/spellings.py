# ruff: noqa: E501
"""Every legal way in which a format lets a value go on: in further lines, behind seams, with escapes.

``write`` makes a file of a value in pieces, ``read`` is a real parser of the format: what it gets is the value.
"""

import configparser
import io
import json
import netrc
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import NamedTuple

import dotenv
import yaml  # type: ignore[import-untyped]


class Spelling(NamedTuple):
    """A way to write a value: the file's name, its text with ``{0}``, ``{1}``, … for pieces, and who reads it.

    ``whole``: there is one piece only, and the value has to be moved.
    """

    path: str
    text: str
    read: Callable[[str], str]
    whole: bool = False

    @property
    def pieces(self) -> int:
        """How many pieces the value is written in."""
        return max(int(number) for number in re.findall(r"\{(\d)\}", self.text)) + 1

    def write(self, pieces: list[str]) -> str:
        """The file with these pieces of a value."""
        return re.sub(r"\{(\d)\}", lambda found: pieces[int(found[1])], self.text)


def read_properties(text: str) -> str:
    """As java.util.Properties.load does; ``test_the_reading_of_properties`` holds it against Java's own."""
    lines: list[str] = []
    goes_on = False
    for line in re.split(r"\r\n|\n|\r", text):
        bare = line.lstrip(" \t\f")
        if not goes_on and (not bare or bare[0] in "#!"):
            continue
        odd = (len(bare) - len(bare.rstrip("\\"))) % 2 == 1
        whole = bare[:-1] if odd else bare
        if goes_on:
            lines[-1] += whole
        else:
            lines.append(whole)
        goes_on = odd
    for line in lines:
        found = re.match(r"((?:[^\\=: \t\f]|\\.)*)[ \t\f]*[=:]?[ \t\f]*(.*)", line, re.DOTALL)
        if found is not None and found[1] == "ionq.api.key":
            value = re.sub(r"\\u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), found[2])
            return re.sub(r"\\(.)", lambda e: {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}.get(e[1], e[1]), value)
    raise AssertionError("the key isn't there")


def read_by_java(text: str) -> str:
    """The same by Java itself."""
    program = (
        "public class Reading { public static void main(String[] a) throws Exception {"
        " var p = new java.util.Properties(); p.load(new java.io.InputStreamReader(System.in));"
        ' System.out.print(p.getProperty("ionq.api.key")); } }'
    )
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "Reading.java")
        with open(path, "w") as file:
            file.write(program)
        ran = subprocess.run(["java", path], input=text, capture_output=True, text=True, check=True)
    return ran.stdout


def read_ini(text: str) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return parser["ionq"]["api_key"]


def read_yaml(text: str) -> str:
    value = yaml.safe_load(text)["ionq"]["api_key"]
    return str(value[0] if isinstance(value, list) else value)


def read_toml(text: str) -> str:
    return str(tomllib.loads(text)["ionq"]["api_key"])


def read_env(text: str) -> str:
    return dotenv.dotenv_values(stream=io.StringIO(text), interpolate=False)["IONQ_API_KEY"] or ""


def read_netrc(text: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".netrc") as file:
        file.write(text)
        file.flush()
        found = netrc.netrc(file.name).authenticators("api.ionq.co")
    assert found is not None
    return found[2] or ""


def read_json(text: str) -> str:
    return str(json.loads(text)["ionq_api_key"])


def read_xml(text: str) -> str:
    # The parser leaves comments and instructions out, as programs that read configuration do.
    node = ElementTree.fromstring(text).find("api_key")
    return ElementTree.fromstring(text).get("api_key") or "" if node is None else "".join(node.itertext())


def read_shell(text: str) -> str:
    """What a shell sets the variable to; a lookup gives its reference, marked."""
    script = 'nbguard() { printf "nbguard:%s" "$3"; }\n' + text + '\nprintf %s "$IONQ_API_KEY"'
    path = os.environ["PATH"]
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env={"PATH": path}).stdout


def read_javascript(text: str) -> str:
    node = shutil.which("node")
    assert node is not None
    script = text + "\nprocess.stdout.write(ionqApiKey)"
    return subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout


def read_hcl(text: str) -> str:
    """A quoted template without parts to fill in, or a heredoc (HCL, Template Expressions)."""
    heredoc = re.search(r"= <<(-?)(\w+)\n(.*?)^[ \t]*\2$", text, re.DOTALL | re.MULTILINE)
    if heredoc is None:
        quoted = re.search(r'= ("(?:[^"\\]|\\.)*")', text)
        assert quoted is not None
        return str(json.loads(quoted[1]))
    lines = heredoc[3].splitlines(keepends=True)
    least = min(len(line) - len(line.lstrip(" ")) for line in lines) if heredoc[1] else 0
    return "".join(line[least:] for line in lines)


def _all(path: str, read: Callable[[str], str], whole: str, parts: str) -> list[Spelling]:
    """Spellings of one format: those in one piece, then those in several, divided by lines of ``---``."""
    return [
        Spelling(path, text, read, text in whole.split("\n---\n"))
        for text in (*whole.split("\n---\n"), *parts.split("\n---\n"))
    ]


_PROPERTIES = _all(
    "a.properties", read_properties,
    "ionq.api.key={0}\n\n---\nionq.api.key = {0}\n\n---\nionq.api.key: {0}\nother=1\n\n---\n# a\nionq.api.key={0}",
    "ionq.api.key={0}\\\n    {1}\n\n---\nionq.api.key={0}\\\r\n\t{1}\r\n\n---\nionq.api.key={0}\\\n{1}\\\n  {2}\n"
    "\n---\nionq.api.key=\\\n    {0}\n\n---\nionq.api.key=\\\n  {0}\\\n  {1}\n\n---\nionq.api.key {0}\\\n  {1}\n"
    "\n---\nionq.api.key={0} \\\n  {1}\n\n---\nionq.api.key={0}\\=\\\n  {1}\n\n---\nionq.api.key={0}\\:{1}\n"
    "\n---\nionq.api.key={0}\\q{1}\n\n---\nionq.api.key={0}\\u0041{1}\n\n---\nionq.api.key={0}\\\\\\\n {1}\n"
    "\n---\nionq.api.key={0}\\\n\\\n  {1}\n",
)  # fmt: skip
_INI = _all(
    "a.ini", read_ini,
    "[ionq]\napi_key = {0}\n\n---\n[ionq]\napi_key={0}\nother = 2\n\n---\n[ionq]\n  api_key = {0}\n  other = 2\n"
    "\n---\n[ionq]\napi_key = {0}\n\n[b]\n  deep = 1\n",
    "[ionq]\napi_key = {0}\n  {1}\n\n---\n[ionq]\napi_key =\n  {0}\n  {1}\n\n---\n[ionq]\napi_key = {0}\n\n  {1}\n"
    "\n---\n[ionq]\napi_key = {0}\n  # why\n\t{1}\nother = 2\n\n---\n[ionq]\napi_key:\n {0}\n\n---\n"
    "[ionq]\n  api_key = {0}\n    {1}\n      {2}\n\n---\n[ionq]\napi_key = {0}\\\n  {1}\n\n---\n[ionq]\napi_key = {0} {1}\n",
)  # fmt: skip
_YAML = _all(
    "a.yaml", read_yaml,
    "ionq:\n  api_key: {0}\n\n---\nionq:\n  api_key: \"{0}\"\n\n---\nionq:\n  api_key: '{0}'\n  other:\n    deep: 1\n"
    "\n---\nionq: {{api_key: {0}, b: 1}}\n\n---\nionq:\n  api_key: {0}  # why\n  other: 1\n\n---\n"
    "ionq:\n  api_key: {0}\n\n# end\nb:\n    - 1\n".replace("{{", "{").replace("}}", "}"),
    "ionq:\n  api_key: {0}\n    {1}\n\n---\nionq:\n  api_key:\n    {0}\n    {1}\n\n---\nionq:\n  api_key:\n    {0}\n\n---\n"
    "ionq:\n  api_key: >\n    {0}\n    {1}\n\n---\nionq:\n  api_key: >-\n    {0}\n\n---\nionq:\n  api_key: |\n    {0}\n"
    "    {1}\n  b: 1\n\n---\nionq:\n  api_key: |2-\n    {0}\n\n---\nionq:\n  api_key: \"{0}\\\n    {1}\"\n\n---\n"
    "ionq:\n  api_key: \"{0}\n    {1}\"\n\n---\nionq:\n  api_key: '{0}\n\n    {1}'\n\n---\nionq:\n  api_key: {0}\n\n"
    "    {1}\n\n---\nionq:\n  api_key: '{0}''{1}'\n\n---\nionq:\n  api_key: \"{0}\\/{1}\"\n\n---\nionq:\n  api_key: "
    "\"{0}\\x41{1}\"\n\n---\nionq:\n  api_key:\n  - {0}\n    {1}\n\n---\nionq: {api_key: {0}\n    {1}}\n\n---\n"
    "ionq:\n  api_key: !!str {0}\n    {1}\n\n---\nionq:\n  api_key: &a {0}\n   {1}\n\n---\nionq:\n  api_key:\n    \"{0}\n"
    "    {1}\"\n\n---\nionq:\n  api_key: \"\\\n    {0}\"\n\n---\nionq:\n  api_key: >\n    {0}\n\n    {1}\n    {2}\n\n---\nionq:\n  api_key: {0} {1}\n",
)  # fmt: skip
_TOML = _all(
    "a.toml", read_toml,
    "[ionq]\napi_key = \"{0}\"\n\n---\n[ionq]\napi_key = '{0}'\n  [ionq.deep]\n\n---\n[ionq]\napi_key = '''{0}'''\n"
    "\n---\nionq = {api_key = \"{0}\", b = 1}\n",
    "[ionq]\napi_key = \"\"\"{0}\\\n    {1}\"\"\"\n\n---\n[ionq]\napi_key = \"\"\"\n{0}\\\n\n  {1}\"\"\"\n\n---\n"
    "[ionq]\napi_key = \"\"\"{0}\n{1}\"\"\"\n\n---\n[ionq]\napi_key = '''{0}\n{1}'''\n\n---\n[ionq]\napi_key = '''\n{0}\n"
    "{1}'''\n\n---\n[ionq]\napi_key = '''\n{0}'''\n\n---\n[ionq]\napi_key = \"\"\"\n{0}\n{1}\n\"\"\"\n\n---\n"
    "[ionq]\napi_key = \"\"\"\\\n  {0}\"\"\"\n\n---\n[ionq]\napi_key = \"{0}\\u0041{1}\"\n\n---\n[ionq]\napi_key = "
    "\"{0}\\n{1}\"\n\n---\n[ionq]\napi_key = \"{0}\\\"{1}\"\n\n---\n[ionq]\napi_key = '''{0}'{1}'''\n",
)  # fmt: skip
_ENV = _all(
    ".env", read_env,
    "IONQ_API_KEY={0}\n\n---\nIONQ_API_KEY=\"{0}\"\n\n---\nIONQ_API_KEY='{0}'\nB=1\n\n---\nexport IONQ_API_KEY={0}\n",
    "IONQ_API_KEY=\"{0}\n{1}\"\n\n---\nIONQ_API_KEY='{0}\n{1}'\n\n---\nIONQ_API_KEY=\"{0}\n{1}\n{2}\"\nB=1\n\n---\n"
    "IONQ_API_KEY=\"{0}\\n{1}\"\n\n---\nIONQ_API_KEY=\"{0}\\\"{1}\"\n\n---\nIONQ_API_KEY='{0}\\'{1}'\n\n---\n"
    "IONQ_API_KEY=\"\n{0}\n\"\n\n---\nIONQ_API_KEY={0} {1}\n\n---\nIONQ_API_KEY=\"{0}\\\n{1}\"\n",
)  # fmt: skip
_NETRC = _all(
    ".netrc", read_netrc,
    "machine api.ionq.co\nlogin x\npassword {0}\n\n---\nmachine api.ionq.co login x password {0}\n",
    "machine api.ionq.co\nlogin x\npassword\n{0}\n\n---\nmachine api.ionq.co\nlogin x\npassword \"{0} {1}\"\n\n---\n"
    "machine api.ionq.co\nlogin x\npassword {0}\\{1}\n\n---\nmachine api.ionq.co\nlogin x\npassword \"{0}\\\"{1}\"\n\n---\n"
    "machine api.ionq.co\nlogin x\npassword \"{0}\n{1}\"\n",
)  # fmt: skip
_JSON = _all(
    "a.json", read_json,
    '{"ionq_api_key": "{0}"}\n\n---\n{\n  "ionq_api_key":\n    "{0}"\n}\n',
    '{"ionq_api_key": "{0}\\/{1}"}\n\n---\n{"ionq_api_key": "{0}\\n{1}"}\n\n---\n{"ionq_api_key": "{0}\\u0041{1}"}\n'
    '\n---\n{"ionq_api_key": "{0}\\"{1}"}\n\n---\n{"ionq_api_key": "{0}\\\\{1}"}\n',
)  # fmt: skip
_XML = _all(
    "a.xml", read_xml,
    '<ionq><api_key>{0}</api_key></ionq>\n\n---\n<ionq api_key="{0}"/>\n',
    "<ionq><api_key>{0}\n{1}</api_key></ionq>\n\n---\n<ionq>\n  <api_key>\n    {0}\n  </api_key>\n</ionq>\n\n---\n"
    "<ionq>\n  <api_key>\n    {0}\n    {1}\n  </api_key>\n</ionq>\n\n---\n<ionq><api_key><![CDATA[{0}]]></api_key></ionq>\n"
    "\n---\n<ionq><api_key><![CDATA[{0}]]>{1}</api_key></ionq>\n\n---\n<ionq><api_key>{0}<![CDATA[{1}]]></api_key></ionq>\n"
    "\n---\n<ionq><api_key><![CDATA[{0}]]><![CDATA[{1}]]></api_key></ionq>\n\n---\n"
    "<ionq><api_key><![CDATA[{0}\n{1}]]></api_key></ionq>\n\n---\n<ionq><api_key>{0}&#65;{1}</api_key></ionq>\n\n---\n"
    "<ionq><api_key>{0}&amp;{1}</api_key></ionq>\n\n---\n<ionq><api_key>{0}<!-- x -->{1}</api_key></ionq>\n\n---\n"
    "<ionq><api_key>{0}<?x y?>{1}</api_key></ionq>\n\n---\n<ionq api_key=\"{0}\n{1}\"/>\n\n---\n"
    "<ionq api_key='{0}&#10;{1}'/>\n",
)  # fmt: skip
_SHELL = _all(
    "a.sh", read_shell,
    "export IONQ_API_KEY={0}\n\n---\nIONQ_API_KEY='{0}'\n\n---\nIONQ_API_KEY=\"{0}\"; true\n\n---\n"
    "export IONQ_API_KEY={0} \\\n  B=1\n",
    "IONQ_API_KEY=\"{0}\\\n{1}\"\n\n---\nIONQ_API_KEY=\"{0}\n{1}\"\n\n---\nIONQ_API_KEY='{0}\n{1}'\n\n---\n"
    "IONQ_API_KEY={0}\\\n{1}\n\n---\nIONQ_API_KEY={0}'{1}'\n\n---\nIONQ_API_KEY='{0}'{1}\n\n---\n"
    "IONQ_API_KEY='{0}'\"{1}\"\n\n---\nIONQ_API_KEY={0}$'{1}'\n\n---\nIONQ_API_KEY={0}\\{1}\n\n---\n"
    "IONQ_API_KEY='{0}'\\''{1}'\n\n---\nIONQ_API_KEY='{0}'\\\n'{1}'\n\n---\nIONQ_API_KEY='{0}'\\\n\"{1}\"\\\n{2}\n\n---\n"
    "IONQ_API_KEY=$'{0}\\x41{1}'\n\n---\nIONQ_API_KEY=$'{0}'\n\n---\nIONQ_API_KEY=\\\n{0}\n\n---\n"
    "IONQ_API_KEY=$(cat <<EOF\n{0}\n{1}\nEOF\n)\n\n---\n"
    "IONQ_API_KEY={0}\"\"{1}\n\n---\nIONQ_API_KEY=\"{0}\"''{1}\n",
)  # fmt: skip
# No lookup runs in a script of JavaScript: all of them stay.
_JAVASCRIPT = [spelling._replace(whole=False) for spelling in _all(
    "a.js", read_javascript,
    "const ionqApiKey = \"{0}\";\n\n---\nconst ionqApiKey = '{0}'\n\n---\nconst ionqApiKey = `{0}`;\n",
    "const ionqApiKey = `{0}\n{1}`;\n\n---\nconst ionqApiKey = `{0}\\\n{1}`;\n\n---\nconst ionqApiKey = \"{0}\\\n{1}\";\n"
    "\n---\nconst ionqApiKey = \"{0}\" +\n  \"{1}\";\n\n---\nconst ionqApiKey = '{0}'\n  + '{1}';\n\n---\n"
    "const ionqApiKey = \"{0}\\x41{1}\";\n\n---\nconst ionqApiKey = `\n{0}`;\n\n---\nconst ionqApiKey = \"{0}\".concat(\"{1}\");\n"
    "\n---\nconst ionqApiKey = [\"{0}\", \"{1}\"].join(\"\");\n\n---\nconst ionqApiKey = String.raw`{0}\n{1}`;\n",
)]  # fmt: skip
_HCL = _all(
    "a.tf", read_hcl,
    'ionq_api_key = "{0}"\n',
    'ionq_api_key = <<EOF\n{0}\n{1}\nEOF\n\n---\nionq_api_key = <<-EOF\n  {0}\n  EOF\n\n---\n'
    'ionq_api_key = <<-EOF\n  {0}\n    {1}\n  EOF\n\n---\nionq_api_key = "{0}\\n{1}"\n\n---\n'
    'ionq_api_key = "{0}\\u0041{1}"\n',
)  # fmt: skip
SPELLINGS = [
    *_PROPERTIES, *_INI, *_YAML, *_TOML, *_ENV, *_NETRC, *_JSON, *_XML, *_SHELL, *_JAVASCRIPT, *_HCL,
]  # fmt: skip
# Languages without a parser here: whatever stands in these, a part of it would be stored, so nothing is moved.
JOINED = {
    "a.go": ('var ionqApiKey = "{0}" +\n\t"{1}"\n', "var ionqApiKey = `{0}\n{1}`\n", 'var k = "{1}" + "{0}"\n'),
    "a.R": ('ionq_api_key <- paste0("{0}",\n  "{1}")\n', 'ionq_api_key <- "{0}\n{1}"\n', 'k <- r"({0}\n{1})"\n'),
    "a.jl": ('ionq_api_key = "{0}" * "{1}"\n', 'ionq_api_key = """{0}\n{1}"""\n', 'k = string("{0}", "{1}")\n'),
    "a.c": ('char *ionq_api_key = "{0}"\n  "{1}";\n', '#define IONQ_API_KEY "{0}" \\\n  "{1}"\n'),
    "a.rb": ('ionq_api_key = "{0}" \\\n  "{1}"\n', "ionq_api_key = '{0}' + '{1}'\n"),
    "a.java": ('String ionqApiKey = "{0}"\n  + "{1}";\n', 'String k = """\n  {0}\\\n  {1}""";\n'),
    "a.php": ("<?php $ionq_api_key = '{0}' . '{1}';\n",),
    "a.lua": ('ionq_api_key = "{0}" .. "{1}"\n', "ionq_api_key = [[{0}\n{1}]]\n"),
    "a.ps1": ('$ionqApiKey = "{0}" + "{1}"\n', '$ionqApiKey = @"\n{0}\n{1}\n"@\n'),
    "a.vb": ('Dim ionqApiKey = "{0}" & _\n  "{1}"\n',),
    "Makefile": ("IONQ_API_KEY = {0}\\\n  {1}\n", "IONQ_API_KEY = {0}\nIONQ_API_KEY += {1}\n"),
    "Dockerfile": ('FROM a\nENV IONQ_API_KEY={0}\\\n{1}\n', 'FROM a\nENV IONQ_API_KEY="{0}"\n'),
}  # fmt: skip
