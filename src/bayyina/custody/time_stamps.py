"""Time-stamps by authorities (RFC 3161): requests, tokens, and what they come to.

A token says that an authority saw a digest at a time. Its certificates are checked as of that
time (RFC 3161, appendix B): a token stays good after its certificate has expired, and does not
when the certificate had been revoked before. Nothing here contacts a network: requests and
answers are bytes, which may travel on a stick.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from bayyina.custody.token_order import with_sorted_certificates
from bayyina.errors import CustodyError

NEEDED_AUTHORITIES: Final = 2
"""Unrelated authorities that should have stamped a checkpoint."""

_MAX_BYTES = 1 << 20
_PEM = b"-----BEGIN"
_CRL = b"-----BEGIN X509 CRL-----"
_UNREADABLE: Final = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_REASON = re.compile(r'reason: "([^"]+)"')
_IMPRINTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


@dataclass(frozen=True)
class Chain:
    """Certificates that a token is checked with, and lists of revoked ones."""

    certificates: tuple[x509.Certificate, ...]
    """The authority's own, those in between, and roots, in any order."""

    revoked: tuple[x509.CertificateRevocationList, ...] = ()
    """Lists of revoked certificates, from about the time of the token."""

    @property
    def roots(self) -> list[x509.Certificate]:
        """Certificates that issued themselves."""
        return [one for one in self.certificates if one.issuer == one.subject]

    @property
    def others(self) -> list[x509.Certificate]:
        """The rest."""
        return [one for one in self.certificates if one.issuer != one.subject]

    def to_pem(self) -> bytes:
        """The certificates as ``openssl`` reads them, roots last."""
        return b"".join(one.public_bytes(Encoding.PEM) for one in (*self.others, *self.roots))

    def revocations_to_pem(self) -> bytes:
        """The lists of revoked certificates as ``openssl`` reads them."""
        return b"".join(one.public_bytes(Encoding.PEM) for one in self.revoked)


@dataclass(frozen=True)
class TimeStamp:
    """A token that holds."""

    time: datetime
    """When the authority says that it saw the digest, UTC."""

    authority: str
    """Name of the certificate that signed, as in RFC 4514."""

    organisation: str
    """Name of the root that the certificate comes from."""

    policy: str
    """The authority's policy, an object identifier."""

    serial: str
    """The token's serial number."""

    accuracy: str
    """How accurate the authority says its clock is; empty if it does not."""

    algorithm: str
    """How the stamped bytes were digested."""

    revocation: str
    """``checked``, or why it was not."""


def time_stamp_request(data: bytes) -> bytes:
    """A request (DER) for a time-stamp over some bytes, with a nonce and for certificates."""
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()


def read_chain(parts: Sequence[bytes]) -> Chain:
    """Certificates and revocation lists from files in PEM or DER.

    Raises:
        CustodyError: one of them is neither, or there is no certificate that issued itself.
    """
    certificates: list[x509.Certificate] = []
    revoked: list[x509.CertificateRevocationList] = []
    for data in parts:
        try:
            if _PEM not in data:
                _take_der(data, certificates, revoked)
                continue
            if b"BEGIN CERTIFICATE" in data:
                certificates += x509.load_pem_x509_certificates(data)
            blocks = data.split(_CRL)[1:]
            revoked += [x509.load_pem_x509_crl(_CRL + block) for block in blocks]
        except _UNREADABLE as error:
            raise CustodyError(
                "A certificate or a list of revoked ones cannot be read.",
                hint="Give PEM or DER files, as the time-stamp authority publishes them.",
            ) from error
    chain = Chain(tuple(dict.fromkeys(certificates)), tuple(revoked))
    try:
        has_root = bool(chain.roots)
    except _UNREADABLE as error:  # names are read when they are looked at
        raise CustodyError("A certificate holds a name that cannot be read.") from error
    if not has_root:
        raise CustodyError(
            "Among the authority's certificates there is none that issued itself.",
            hint="Add the root certificate that the authority publishes.",
        )
    return chain


def verify_time_stamp(response: bytes, data: bytes, chain: Chain) -> TimeStamp:
    """Check the answer of an authority over some bytes.

    Args:
        response: The answer, DER, as authorities send it.
        data: The bytes that were stamped.
        chain: The authority's certificates, roots among them.

    Raises:
        CustodyError: it does not hold, or cannot be read.
    """
    try:
        return _verified(_read(response), data, chain)
    except CustodyError:
        raise
    except Exception as error:
        raise CustodyError("The time-stamp does not hold: a part of it cannot be read.") from error


def _verified(answer: TimeStampResponse, data: bytes, chain: Chain) -> TimeStamp:
    algorithm = _IMPRINTS.get(answer.tst_info.message_imprint.hash_algorithm.dotted_string)
    if algorithm is None:
        raise CustodyError("The time-stamp is over a digest of a kind that is not accepted.")
    signer = _signer(answer, chain)
    builder = VerifierBuilder()
    for root in chain.roots:
        builder = builder.add_root_certificate(root)
    for other in dict.fromkeys((*chain.others, *_embedded(answer))):
        if other.issuer != other.subject:
            builder = builder.add_intermediate_certificate(other)
    if not answer.signed_data.certificates:
        builder = builder.tsa_certificate(signer)
    try:
        builder.build().verify(answer, hashlib.new(algorithm, data).digest())
    except (VerificationError, ValueError, UnsupportedAlgorithm) as error:
        raise CustodyError(f"The time-stamp does not hold: {_sentence(error)}.") from error
    time = answer.tst_info.gen_time.replace(tzinfo=answer.tst_info.gen_time.tzinfo or UTC)
    root = _root_of(signer, (*chain.certificates, *_embedded(answer)), time)
    if root not in chain.roots:
        raise CustodyError("The time-stamp does not lead to one of the roots that were given.")
    return TimeStamp(
        time.astimezone(UTC),
        signer.subject.rfc4514_string(),
        root.subject.rfc4514_string(),
        answer.tst_info.policy.dotted_string,
        f"{answer.tst_info.serial_number:x}",
        _accuracy(answer),
        algorithm,
        _revocation(signer, (*chain.certificates, *_embedded(answer)), chain.revoked, time),
    )


def embedded_certificates(response: bytes) -> bytes:
    """The certificates in an authority's answer, as PEM.

    Raises:
        CustodyError: the answer cannot be read.
    """
    return b"".join(one.public_bytes(Encoding.PEM) for one in _embedded(_read(response)))


def _take_der(
    data: bytes, certificates: list[x509.Certificate], revoked: list[x509.CertificateRevocationList]
) -> None:
    try:
        certificates.append(x509.load_der_x509_certificate(data))
    except _UNREADABLE:
        revoked.append(x509.load_der_x509_crl(data))


def _read(response: bytes) -> TimeStampResponse:
    if len(response) > _MAX_BYTES:
        raise CustodyError("The answer of a time-stamp authority is too long.")
    try:
        answer = decode_timestamp_response(with_sorted_certificates(response))
        if answer.status != 0:
            raise CustodyError("The authority did not grant the time-stamp.")
        _ = answer.tst_info.gen_time
    except ValueError as error:
        raise CustodyError("The answer of the time-stamp authority cannot be read.") from error
    return answer


def _embedded(answer: TimeStampResponse) -> list[x509.Certificate]:
    try:
        found = [x509.load_der_x509_certificate(one) for one in answer.signed_data.certificates]
    except _UNREADABLE as error:
        raise CustodyError("A certificate in the time-stamp cannot be read.") from error
    return sorted(found, key=lambda one: one.public_bytes(Encoding.DER))


def _signer(answer: TimeStampResponse, chain: Chain) -> x509.Certificate:
    """The certificate that the token says it is signed with."""
    infos = list(answer.signed_data.signer_infos)
    if len(infos) != 1:
        raise CustodyError("The time-stamp does not have exactly one signature.")
    for one in (*_embedded(answer), *chain.certificates):
        if one.issuer == infos[0].issuer and one.serial_number == infos[0].serial_number:
            return one
    raise CustodyError(
        "The certificate that signed the time-stamp is not at hand.",
        hint="Add the authority's own certificate to its chain.",
    )


def _root_of(
    signer: x509.Certificate, known: Sequence[x509.Certificate], time: datetime
) -> x509.Certificate:
    """The root that a certificate comes from, each link signed and good at the time."""
    current, seen = signer, 0
    while current.issuer != current.subject:
        above = [one for one in known if one.subject == current.issuer and _issued(current, one)]
        seen += 1
        if not above or seen > len(known):
            raise CustodyError("The chain of the time-stamp's certificates has a gap.")
        _check_time(current, time)
        current = above[0]
    _check_time(current, time)
    return current


def _issued(lower: x509.Certificate, upper: x509.Certificate) -> bool:
    try:
        lower.verify_directly_issued_by(upper)
    except Exception:  # noqa: BLE001 - ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm
        return False
    return True


def _check_time(certificate: x509.Certificate, time: datetime) -> None:
    if not certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc:
        name = certificate.subject.rfc4514_string()
        raise CustodyError(f"The certificate of {name} did not hold at the time of the time-stamp.")


def _revocation(
    signer: x509.Certificate,
    known: Sequence[x509.Certificate],
    revoked: Sequence[x509.CertificateRevocationList],
    time: datetime,
) -> str:
    """Whether the signer was revoked when it signed."""
    for one in revoked:
        if one.issuer != signer.issuer:
            continue
        issuers = [above for above in known if above.subject == one.issuer]
        if not any(_signed_list(one, above) for above in issuers):
            raise CustodyError("A list of revoked certificates is not signed by its issuer.")
        entry: Any = one.get_revoked_certificate_by_serial_number(signer.serial_number)
        if entry is not None and entry.revocation_date_utc <= time:
            raise CustodyError("The certificate that signed the time-stamp had been revoked.")
        return "checked"
    return "no list of revoked certificates is at hand"


def _signed_list(one: x509.CertificateRevocationList, above: x509.Certificate) -> bool:
    key: Any = above.public_key()
    try:
        return bool(one.is_signature_valid(key))
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def _accuracy(answer: TimeStampResponse) -> str:
    found: Any = answer.tst_info.accuracy
    if found is None:
        return ""
    seconds = (found.seconds or 0) + (found.millis or 0) / 1e3 + (found.micros or 0) / 1e6
    return f"{seconds:g} s"


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    reasons = _REASON.findall(text)  # what openssl says, and not where in its code it says so
    if reasons:
        text = ", ".join(dict.fromkeys(reasons))
    return text[:200] or "its signature is wrong"
