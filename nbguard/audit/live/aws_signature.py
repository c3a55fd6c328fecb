"""Signs a request to AWS: Signature Version 4, of a form that is posted to the root of a service.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

# The global endpoints of STS and IAM sign for this region.
_REGION = "us-east-1"
_TYPE = "application/x-www-form-urlencoded"


class KeyPair(NamedTuple):
    """An access key: its id, and the secret that signs."""

    key_id: str
    secret: str

    def __repr__(self) -> str:
        """Shows neither."""
        return "KeyPair()"


def signed_headers(pair: KeyPair, service: str, host: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a signed POST to ``/``. ``now`` is UTC."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{_REGION}/{service}/aws4_request"
    names = "content-type;host;x-amz-date"
    request = "\n".join(
        ("POST", "/", "", f"content-type:{_TYPE}", f"host:{host}", f"x-amz-date:{moment}", "", names, _hash(body))
    )
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, _hash(request.encode())))
    key = f"AWS4{pair.secret}".encode()
    for part in scope.split("/"):
        key = _sign(key, part)
    signature = _sign(key, text).hex()
    return {
        "Content-Type": _TYPE,
        "X-Amz-Date": moment,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={pair.key_id}/{scope}, SignedHeaders={names}, "
        f"Signature={signature}",
    }


def _sign(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
