"""A certificate for loopback, signed by itself: voice is spoken over TLS alone."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_VALID = dt.timedelta(days=1)


def make_certificate() -> bytes:
    """Key and certificate for 127.0.0.1 and localhost, as one PEM file; valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    now = dt.datetime.now(dt.UTC)
    hosts = [x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")), x509.DNSName("localhost")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _VALID)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM) + private


class CertificateFile:
    """A certificate on disk, for this program and for the bot, which trusts it by `SSL_CERT_FILE`."""

    def __init__(self) -> None:
        """Write it to a temporary folder that goes with this object."""
        self._folder = tempfile.TemporaryDirectory(prefix="cadenza-voice-")
        self.path = Path(self._folder.name) / "stand-in.pem"
        self.path.write_bytes(make_certificate())

    def server_context(self) -> ssl.SSLContext:
        """What the server shows."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path)
        return context

    def client_context(self) -> ssl.SSLContext:
        """What trusts it, and nothing else."""
        return ssl.create_default_context(cafile=str(self.path))

    def remove(self) -> None:
        """Delete it."""
        self._folder.cleanup()
