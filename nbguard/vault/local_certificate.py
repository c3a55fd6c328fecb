"""The local Vault's TLS certificate: its own, for loopback only, and trusted by nobody but nbguard."""

from __future__ import annotations

import os

from nbguard.vault.vault_errors import VaultError
from nbguard.whole_files import whole_file

_DAYS = 3650


def make_certificate(folder: str) -> tuple[str, str]:
    """Writes a new key and a self-signed certificate into a folder; returns their paths, key first."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID
    except ImportError:
        from nbguard.version import how_to_add

        raise VaultError(f"a local Vault needs more packages: {how_to_add('vault-local')}") from None
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nbguard local vault")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_path, path = os.path.join(folder, "tls.key"), os.path.join(folder, "tls.pem")
    with whole_file(key_path, 0o600) as file:
        file.write(key.private_bytes(pem, form, serialization.NoEncryption()))
    with whole_file(path) as file:
        file.write(certificate.public_bytes(pem))
    return key_path, path
