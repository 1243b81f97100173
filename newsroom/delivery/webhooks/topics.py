"""Whether a message of Amazon SNS is genuine: its topic, its certificate's address, its signature.

Only signatures by SHA-256 are taken (SignatureVersion 2, an attribute of the topic): the older ones are by
SHA-1, for which two texts with one signature can be made. The certificate comes from Amazon's own host in the
topic's region and from nowhere else, by TLS that is checked, so nobody makes us knock at other doors.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from newsroom.delivery.webhooks.certificates import Fetch
from newsroom.delivery.webhooks.posted import Forged, NotNow, Unreadable, text

_CERTIFICATE_PATH = re.compile(r"/SimpleNotificationService-[0-9a-zA-Z]{1,64}\.pem")
_CONFIRMATION_PATH = re.compile(r"/\?[!-~]{1,2000}")
# What is signed, in this order; a subject only where there is one.
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]


def verified(message: dict[str, Any], topic: str, fetch: Fetch, now: datetime) -> dict[str, Any]:
    """The message, when Amazon signed it for this topic. Raises Forged, Unreadable and NotNow."""
    if text(message, "TopicArn") != topic:
        raise Forged("It is of another topic than NEWSROOM_SES_TOPIC_ARN.")
    kind = text(message, "Type")
    if kind not in _SIGNED:
        raise Unreadable("It is of a type that SNS does not have.")
    if text(message, "SignatureVersion") != "2":
        raise Unreadable("Its signature is by SHA-1: set the topic's attribute SignatureVersion to 2.")
    address = text(message, "SigningCertURL")
    if not _CERTIFICATE_PATH.fullmatch(_path_at_amazon(address, topic)):
        raise Forged("Its certificate would come from elsewhere.")
    try:
        given = b64decode(text(message, "Signature"), validate=True)
        words = _signed_words(message, _SIGNED[kind]).encode()
    except ValueError:
        raise Forged("Its signature cannot be read.") from None
    _check(given, words, fetch(address), now)
    return message


def confirmation_address(message: Mapping[str, Any], topic: str) -> str:
    """Where somebody confirms that this topic may post to us. Raises Forged for an address elsewhere."""
    address = text(message, "SubscribeURL")
    if not _CONFIRMATION_PATH.fullmatch(_path_at_amazon(address, topic)):
        raise Forged("Its address of confirmation leads elsewhere.")
    return address


def _path_at_amazon(address: str, topic: str) -> str:
    """What follows the host of SNS in the topic's region; empty for an address that is elsewhere.

    Compared as written: whatever needs to be taken apart first, an address of SNS is not.
    """
    partition, region = topic.split(":")[1], topic.split(":")[3]
    host = f"https://sns.{region}.amazonaws.com" + (".cn" if partition == "aws-cn" else "")
    return address.removeprefix(host) if address.startswith(f"{host}/") else ""


def _signed_words(message: Mapping[str, Any], names: tuple[str, ...]) -> str:
    present = [name for name in names if name != "Subject" or message.get("Subject") is not None]
    return "".join(f"{name}\n{text(message, name)}\n" for name in present)


def _check(given: bytes, words: bytes, pem: bytes, now: datetime) -> None:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise NotNow("The certificate cannot be read.") from None
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Forged("The certificate is not valid now.")
    if not isinstance(key, RSAPublicKey):
        raise Forged("The certificate is of another kind than Amazon's.")
    try:
        key.verify(given, words, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise Forged("The signature is not of this message.") from None
