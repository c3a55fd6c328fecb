"""Signed addresses: who signed is no credential, and a signature is one only as long as it counts."""

from __future__ import annotations

import random
import string

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document

_SOURCE = random.Random(20)


def _signs(alphabet: str, count: int) -> str:
    return "".join(_SOURCE.choice(alphabet) for _ in range(count))


_LETTERS, _HEX = string.ascii_letters + string.digits, "0123456789abcdef"
# Put together at run time: hosting services refuse a push that holds such an id.
_AWS = "AK" + "IA" + _signs(string.ascii_uppercase + "234567", 16)
_SESSION = "AS" + "IA" + _signs(string.ascii_uppercase + "234567", 16)
_ALIBABA, _TENCENT = "LT" + "AI5t" + _signs(_LETTERS, 18), "AK" + "ID" + _signs(_LETTERS, 32)
_HEX_SIGNATURE, _SIGNATURE, _SAS = _signs(_HEX, 64), _signs(_LETTERS, 27) + "%3D", _signs(_LETTERS, 43) + "%3D"
_TOKEN = _signs(_LETTERS, 240)
_V4 = f"X-Amz-Date=20240131T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={_HEX_SIGNATURE}"
_PLAIN_SCOPE = "/20240131/us-east-1/iam/aws4_request"
_IN_ADDRESS = "%252F20240131%252Fus-east-1%252Fs3%252Faws4_request"
_V4_HTML = _V4.replace("&", "&amp;")
_SCOPE = "%2F20240131%2Fus-east-1%2Fs3%2Faws4_request"
_S3 = "https://lab.s3.amazonaws.com/k"
_BLOB = "https://lab7.blob.core.windows.net/c/f"

_SILENT = {
    "AWS": f"{_S3}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={_AWS}{_SCOPE}&{_V4}",
    "AWS, a session": f"{_S3}?X-Amz-Credential={_SESSION}{_SCOPE}&X-Amz-Security-Token={_TOKEN}&{_V4}",
    "AWS, slashes as they are": f"{_S3}?X-Amz-Credential={_AWS}{_PLAIN_SCOPE}&{_V4}",
    "AWS in another address": f"https://a.org/?to=https%3A%2F%2Fb%3FX-Amz-Credential%3D{_AWS}{_IN_ADDRESS}%26x",
    "AWS in HTML": f"{_S3}?a=1&amp;X-Amz-Credential={_AWS}{_SCOPE}&amp;{_V4_HTML}",
    "AWS, header": f"AWS4-HMAC-SHA256 Credential={_AWS}{_PLAIN_SCOPE}, Signature={_HEX_SIGNATURE}",
    "AWS, version 2": f"{_S3}?AWSAccessKeyId={_AWS}&Expires=1504810000&Signature={_SIGNATURE}",
    "AWS, version 2, signed first": f"{_S3}?Signature={_SIGNATURE}&Expires=1504810000&AWSAccessKeyId={_AWS}",
    "Alibaba": f"https://lab.oss-cn-hangzhou.aliyuncs.com/k?OSSAccessKeyId={_ALIBABA}&Expires=1504810000&Signature={_SIGNATURE}",
    "Tencent": f"https://lab.cos.ap-x.myqcloud.com/k?q-ak={_TENCENT}&q-key-time=1;2&q-signature={_signs(_HEX, 40)}",
    "Azure, over": f"{_BLOB}?sv=2019-02-02&se=2020-01-02T00%3A00%3A00Z&sr=b&sp=r&sig={_SAS}",
    "Azure, over, the end last": f"{_BLOB}?sv=2019-02-02&sr=b&sp=r&sig={_SAS}&se=2020-01-02",
    "Azure, over, without its address": f"?sv=2019-02-02&se=2020-01-02T00:00:00Z&sr=b&sp=r&sig={_SAS}",
}  # fmt: skip
_FOUND = {
    "an id alone": _AWS,
    "an id in an address that isn't signed": f"{_S3}?AWSAccessKeyId={_AWS}&Expires=1504810000",
    "an id before a path": f"{_AWS}/20240131/us-east-1/s3/objects",
    "Azure, for long": f"{_BLOB}?sv=2019-02-02&se=2999-01-02T00%3A00%3A00Z&sr=b&sp=r&sig={_SAS}",
    "Azure, without an end": f"{_BLOB}?sv=2019-02-02&si=lab&sr=b&sig={_SAS}",
    "Azure, an end that can't be read": f"{_BLOB}?sv=2019-02-02&se=20200199T00%3A00&sig={_SAS}",
    "Azure, the end of another address": f"{_BLOB}?se=2020-01-02 {_BLOB}?sv=2019-02-02&sig={_SAS}",
}


def _found(path: str, text: str) -> list[str]:
    engine = Engine(Scope(frozenset(("credential",))))
    return [finding.rule for finding in engine.detect(open_document(path, text.encode()))]


@pytest.mark.parametrize("form", ['url = "{}"\n', "see {} there\n", 'SAS_TOKEN = "{}"\n'])
@pytest.mark.parametrize("case", _SILENT)
def test_who_signed_and_what_has_ended_stay_silent(case: str, form: str) -> None:
    assert not _found("a.py", form.format(_SILENT[case]))


@pytest.mark.parametrize("case", _FOUND)
def test_what_still_opens_something_is_found(case: str) -> None:
    assert _found("a.md", f"see {_FOUND[case]} there\n")


def test_a_link_counts_until_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"see {_BLOB}?sv=2019-02-02&se=2030-06-01T12%3A00%3A00%2B02%3A00&sr=b&sig={_SAS}\n"
    end = 1906538400  # 2030-06-01, 10:00 in UTC
    monkeypatch.setattr("nbguard.detect.signed_addresses.time.time", lambda: end - 1)
    assert _found("a.md", text) == ["azure-sas"]
    monkeypatch.setattr("nbguard.detect.signed_addresses.time.time", lambda: end + 1)
    assert _found("a.md", text) == []
