"""What providers post to /hooks: a forged request changes nothing, and a genuine one has one effect."""

import json
import os
import re
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from newsroom.accounts.queries import audit_log
from newsroom.delivery import feeds, webhooks
from newsroom.delivery.models import Bounce
from newsroom.delivery.webhooks import Forged, Posted, Unreadable, certificates
from newsroom.delivery.webhooks.posted import NotNow
from newsroom.delivery.webhooks.ses import Ses
from newsroom.delivery.webhooks.signed import signature
from newsroom.platform import clock as product_clock
from newsroom.platform.db import db
from newsroom.platform.settings import Settings, SettingsError, current, load
from newsroom.platform.web import limiter
from newsroom.subscribers import queries as subscribers
from tests.architecture.source import ROOT
from tests.databases import BASE_URL, environment_for
from tests.delivery import stage
from tests.delivery.returned import DOMAIN, return_path, sent_to_three

WEBHOOK_SECRET = "shared with the mail server, long enough"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
AMAZON = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE = f"{AMAZON}/SimpleNotificationService-0123456789abcdef.pem"


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {
        **environment,
        "NEWSROOM_BOUNCE_DOMAIN": DOMAIN,
        "NEWSROOM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "NEWSROOM_SES_TOPIC_ARN": TOPIC,
    }


@pytest.fixture
def house(app: Flask, furnish: Any, clock: Any) -> Flask:
    """A publication whose issue went to three subscribers a moment ago."""
    furnish(app, sent_to_three)
    return app


@pytest.fixture
def first(house: Flask) -> str:
    """The return path of the first of them."""
    return return_path(stage.dispatch().id, min(stage.rows()))


def post(house: Flask, name: str, body: bytes, headers: dict[str, str] | None = None) -> TestResponse:
    answer = house.test_client().post(f"/hooks/{name}", data=body, headers=headers, base_url=BASE_URL)
    db.session.rollback()
    return answer


def posted(house: Flask, body: object, ago: timedelta = timedelta(), secret: str = WEBHOOK_SECRET) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int((product_clock.now() - ago).timestamp()))
    headers = {"Newsroom-Timestamp": timestamp, "Newsroom-Signature": signature(secret, timestamp, data)}
    return post(house, "bounces", data, headers)


def bounced(path: str, status: str = "5.1.1", **more: str) -> dict[str, Any]:
    event = {"type": "bounce", "return_path": path, "status": status, "diagnostic": "550 No such user"}
    return {"events": [{**event, **more}]}


def changed() -> tuple[int, int]:
    return len(db.session.scalars(db.select(Bounce)).all()), subscribers.counts().suppressed


# Our own


def test_a_signed_bounce_suppresses_once_however_often_it_is_posted(house: Flask, first: str) -> None:
    assert posted(house, bounced(first)).json == {"reports": 1, "suppressed": 1}
    assert posted(house, bounced(first)).json == {"reports": 1, "known already": 1}
    assert changed() == (1, 1)
    row = db.session.scalars(db.select(Bounce)).one()
    assert (row.kind, row.source) == ("hard", "webhook")


def test_the_manual_says_how_to_sign(house: Flask, first: str, tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    block = next(block for block in manual.split("```") if "openssl dgst" in block)
    named = re.search(r"bounce\+[^\"]+", block)
    assert named is not None
    # In the place of curl, whatever it is given is written down.
    written = 'curl() { printf %s "$2" >body; printf "%s\\n" "$4" "$6"; }\n'
    script = written + block.replace(named[0], first).replace("$(date +%s)", str(int(time.time())))
    said = subprocess.run(
        ["bash", "-euc", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "NEWSROOM_WEBHOOK_SECRET": WEBHOOK_SECRET},
        capture_output=True,
        check=True,
        text=True,
    ).stdout.splitlines()
    headers = dict(line.split(": ", 1) for line in said)
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    assert post(house, "bounces", (tmp_path / "body").read_bytes(), headers).json == {
        "reports": 1,
        "suppressed": 1,
    }


def test_several_events_come_in_one_request(house: Flask) -> None:
    number = stage.dispatch().id
    one, two, three = (return_path(number, who) for who in sorted(stage.rows()))
    events = [
        {"type": "complaint", "return_path": three},
        *bounced(two, "4.2.2")["events"],
        *bounced(one, "5.7.1")["events"],
        *bounced("stranger@elsewhere.example")["events"],
    ]
    assert posted(house, {"events": events}).json == {
        "reports": 4,
        "suppressed": 1,
        "noted": 2,
        "unknown": 1,
    }


@pytest.mark.parametrize("ago", [timedelta(minutes=5, seconds=5), -timedelta(minutes=5, seconds=5)])
def test_a_request_that_was_overheard_is_good_for_five_minutes(
    house: Flask, first: str, ago: timedelta
) -> None:
    answer = posted(house, bounced(first), ago)
    assert (answer.status_code, changed()) == (403, (0, 0))
    assert "five minutes" in answer.text
    assert posted(house, bounced(first), ago * 0.9).status_code == 200


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Newsroom-Timestamp": "1764576000"}, "have to be there"),
        ({"Newsroom-Signature": "v1=" + "0" * 64}, "have to be there"),
        ({"Newsroom-Timestamp": "1764576000", "Newsroom-Signature": "v1=abc"}, "64 lower-case hexadecimal"),
        ({"Newsroom-Timestamp": "yesterday", "Newsroom-Signature": "v1=" + "0" * 64}, "seconds since 1970"),
    ],
)
def test_a_header_that_is_wrong_is_told_apart_from_one_that_is_missing(
    house: Flask, first: str, headers: dict[str, str], said: str
) -> None:
    answer = post(house, "bounces", json.dumps(bounced(first)).encode(), headers)
    assert (answer.status_code, changed()) == (403, (0, 0))
    assert said in answer.text


def test_a_forged_signature_changes_nothing(house: Flask, first: str) -> None:
    body = json.dumps(bounced(first)).encode()
    timestamp = str(int(product_clock.now().timestamp()))
    right = signature(WEBHOOK_SECRET, timestamp, body)
    for headers, data in [
        ({}, body),
        ({"Newsroom-Timestamp": timestamp, "Newsroom-Signature": right.upper()}, body),
        ({"Newsroom-Timestamp": timestamp, "Newsroom-Signature": right[:-1] + "é"}, body),
        ({"Newsroom-Timestamp": timestamp, "Newsroom-Signature": right}, body + b" "),
        ({"Newsroom-Timestamp": "1" + timestamp, "Newsroom-Signature": right}, body),
        ({"Newsroom-Timestamp": "²", "Newsroom-Signature": right}, body),
        ({"Newsroom-Timestamp": timestamp, "Newsroom-Signature": "v1=" + "0" * 64}, body),
    ]:
        assert post(house, "bounces", data, headers).status_code == 403
    assert posted(house, bounced(first), secret="another secret, just as long").status_code == 403
    assert changed() == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b'{"events": {}}',
        b'{"events": [1]}',
        b'{"events": [{"type": "bounce"}]}',
        b'{"events": [{"type": "opened", "return_path": "x"}]}',
        b'{"events": [{"type": "bounce", "return_path": "x", "status": "2.0.0"}]}',
        b'{"events": [{"type": "bounce", "return_path": "x", "status": "5.1.1 and more"}]}',
        b'{"events": [{"type": "bounce", "return_path": null}]}',
        json.dumps({"events": [{}] * 1001}).encode(),
    ],
)
def test_what_cannot_be_understood_is_refused_in_a_sentence(house: Flask, body: bytes) -> None:
    answer = posted(house, body)
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.text.strip().endswith(".")


def test_one_event_that_cannot_be_understood_lets_none_of_its_request_in(house: Flask, first: str) -> None:
    both = {"events": bounced(first)["events"] + [{"type": "opened", "return_path": first}]}
    assert posted(house, both).status_code == 400
    assert changed() == (0, 0)


def test_odd_words_of_a_server_are_kept_as_harmless_ones(house: Flask, first: str) -> None:
    odd = "\ud800\x00 \u202e<a@reader.example>\nfull\x1b[31m"
    assert posted(house, bounced(first, "4.2.2", diagnostic=odd)).status_code == 200
    said = db.session.scalars(db.select(Bounce)).one().diagnostic
    assert "full" in said
    assert not {"\x00", "\n", "\ud800", "\x1b", "@"} & set(said)


def test_a_body_that_is_too_large_is_not_read(house: Flask) -> None:
    assert post(house, "bounces", b"x" * (webhooks.MOST_BYTES + 1)).status_code == 413


def test_who_posts_too_often_is_asked_to_wait(
    house: Flask, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST", "2 per minute")
    limiter.reset()
    statuses = [posted(house, bounced(first), secret="another one, just as long").status_code for _ in "123"]
    assert statuses == [403, 403, 429]
    limiter.reset()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "events type return_path status diagnostic notificationType bounce complaint mail source "
                "bouncedRecipients bounceType diagnosticCode".split()
            ),
            inner | st.sampled_from(["bounce", "complaint", "Bounce", "Complaint", "5.1.1"]),
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_is_posted_is_read_or_refused(told: Any) -> None:
    settings = Settings(
        secret_key=WEBHOOK_SECRET,
        database_url="sqlite://",
        env="development",
        bounce_domain=DOMAIN,
        webhook_secret=WEBHOOK_SECRET,
        ses_topic_arn=TOPIC,
    )
    body, at = json.dumps(told).encode(), product_clock.now()
    stamp = str(int(at.timestamp()))
    headers = {"Newsroom-Timestamp": stamp, "Newsroom-Signature": signature(WEBHOOK_SECRET, stamp, body)}
    for read in (
        lambda: webhooks.PROVIDERS["bounces"].read(Posted(headers, body, at), settings),
        lambda: webhooks.PROVIDERS["ses"].read(Posted({}, body, at), settings),
        lambda: SOMEBODY.read(Posted({}, SIGNER.signed(notification(told)), at), settings),
    ):
        with suppress(Forged, Unreadable):
            read()


def test_a_door_that_is_not_set_up_does_not_exist(house: Flask, first: str) -> None:
    assert post(house, "elsewhere", b"{}").status_code == 404
    nothing = {"webhook_secret": None, "ses_topic_arn": None}
    house.extensions["newsroom.settings"] = current().model_copy(update=nothing)
    assert posted(house, bounced(first)).status_code == 404
    assert post(house, "ses", b"{}").status_code == 404
    assert house.test_client().get("/hooks/bounces", base_url=BASE_URL).status_code == 405


def test_settings_that_cannot_be_right_are_refused(tmp_path: Any) -> None:
    for name, value, words in [
        ("NEWSROOM_SES_TOPIC_ARN", "bounces", "must be a topic's ARN"),
        ("NEWSROOM_WEBHOOK_SECRET", "short", "at least 16 characters"),
        ("NEWSROOM_WEBHOOK_SECRET", WEBHOOK_SECRET, "need NEWSROOM_BOUNCE_DOMAIN"),
    ]:
        with pytest.raises(SettingsError, match=words):
            load(environment_for(tmp_path, **{name: value}))


# Amazon SES by SNS: the shapes are those of its documentation, everything in them is invented


class Amazon:
    """Somebody with a certificate who signs as SNS does."""

    def __init__(self, not_after: datetime) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.example")])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
        made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(not_after)
        certificate = made.public_key(self.key.public_key()).sign(self.key, hashes.SHA256())
        self.pem = certificate.public_bytes(Encoding.PEM)
        self.asked: list[str] = []

    def serve(self, address: str) -> bytes:
        self.asked.append(address)
        return self.pem

    def signed(self, message: dict[str, Any]) -> bytes:
        names = ("Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type")
        words = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
        signed = self.key.sign(words.encode(), padding.PKCS1v15(), hashes.SHA256())
        return json.dumps({**message, "Signature": b64encode(signed).decode()}).encode()


SIGNER = Amazon(datetime(2100, 1, 1, tzinfo=UTC))
SOMEBODY = Ses(SIGNER.serve)


@pytest.fixture
def amazon() -> Amazon:
    return SIGNER


@pytest.fixture
def tell(house: Flask, amazon: Amazon, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Post a message as SNS does, signed; what is given beside it is changed after that."""
    amazon.asked.clear()
    monkeypatch.setitem(webhooks.PROVIDERS, "ses", Ses(amazon.serve))

    def send(message: dict[str, Any], **after: Any) -> Any:
        return post(house, "ses", json.dumps({**json.loads(amazon.signed(message)), **after}).encode())

    return send


def notification(told: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": "6f1c3d1e-0000-4000-8000-1a2b3c4d5e6f",
        "TopicArn": TOPIC,
        "Message": json.dumps(told),
        "Timestamp": "2026-11-24T09:00:00.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
        **more,
    }


def ses_bounce(path: str, kind: str = "Permanent", **recipient: str) -> dict[str, Any]:
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": "somebody@reader.example", **recipient}],
            "feedbackId": "0100-invented",
        },
        "mail": {"source": path, "messageId": "0100-invented", "destination": ["somebody@reader.example"]},
    }


@pytest.mark.parametrize(
    ("kind", "recipient", "result"),
    [
        ("Permanent", {"status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"}, ("hard", "5.1.1")),
        ("Permanent", {}, ("hard", "")),
        ("Permanent", {"status": "5.7.1", "diagnosticCode": "smtp; 554 5.7.1 no"}, ("policy", "5.7.1")),
        ("Permanent", {"status": "5.0.0", "diagnosticCode": "smtp; 554 5.7.1 no"}, ("policy", "5.7.1")),
        ("Transient", {"status": "5.2.2"}, ("soft", "5.2.2")),
        ("Transient", {"status": "5.1.1"}, ("soft", "5.1.1")),
        ("Undetermined", {}, ("soft", "")),
    ],
)
def test_what_amazon_says_of_a_bounce_is_read(
    tell: Callable[..., Any], first: str, kind: str, recipient: dict[str, str], result: tuple[str, str]
) -> None:
    assert tell(notification(ses_bounce(first, kind, **recipient))).status_code == 200
    row = db.session.scalars(db.select(Bounce)).one()
    assert ((row.kind, row.status), row.source) == (result, "ses")
    assert subscribers.counts().suppressed == (result[0] == "hard")


def test_a_complaint_suppresses_and_other_news_do_nothing(tell: Callable[..., Any], first: str) -> None:
    mail = {"source": first}
    for told in (
        {"notificationType": "Delivery", "mail": mail, "delivery": {}},
        {"notificationType": "Complaint", "mail": mail, "complaint": {"complaintFeedbackType": "not-spam"}},
        {"eventType": "Open", "mail": mail},
        {"notificationType": "AmazonSnsSubscriptionSucceeded"},
    ):
        assert tell(notification(told)).json == {"reports": 0}
    told = {"eventType": "Complaint", "mail": mail, "complaint": {"complaintFeedbackType": "abuse"}}
    assert tell(notification(told, Subject="A complaint")).json == {"reports": 1, "suppressed": 1}
    assert tell(notification(told)).json == {"reports": 1, "known already": 1}


def test_a_message_that_amazon_did_not_sign_so_changes_nothing(
    tell: Callable[..., Any], house: Flask, first: str, amazon: Amazon
) -> None:
    right = notification(ses_bounce(first))
    assert tell(right, Message=json.dumps(ses_bounce(first, status="5.1.1"))).status_code == 403
    assert tell(right, Subject="added later").status_code == 403
    assert tell(right, Signature="!").status_code == 403
    assert tell(right, Signature=b64encode(b"x" * 256).decode()).status_code == 403
    assert tell({**right, "TopicArn": TOPIC + "2"}).status_code == 403
    stranger = Amazon(datetime(2027, 1, 1, tzinfo=UTC))
    assert post(house, "ses", stranger.signed(right)).status_code == 403
    assert changed() == (0, 0)


@pytest.mark.parametrize(
    "address",
    [
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ab.pem",
        "https://sns.eu-west-1.amazonaws.com.elsewhere.example/SimpleNotificationService-ab.pem",
        "https://sns.eu-west-1.amazonaws.com@elsewhere.example/SimpleNotificationService-ab.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-ab.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-ab.pem",
        "https://bucket.s3.eu-west-1.amazonaws.com/SimpleNotificationService-ab.pem",
        "https://sns.eu-west-1.amazonaws.com/../SimpleNotificationService-ab.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ab.pem?x=1",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ab.pem\n",
        "https://127.0.0.1/SimpleNotificationService-ab.pem",
        "",
    ],
)
def test_a_certificate_is_fetched_from_amazon_s_own_address_only(
    tell: Callable[..., Any], first: str, amazon: Amazon, address: str
) -> None:
    assert tell(notification(ses_bounce(first), SigningCertURL=address)).status_code == 403
    assert (amazon.asked, changed()) == ([], (0, 0))


def test_a_certificate_that_is_over_or_cannot_be_had_lets_nothing_in(
    tell: Callable[..., Any], house: Flask, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = notification(ses_bounce(first))
    over = Amazon(datetime(2026, 11, 1, tzinfo=UTC))
    monkeypatch.setitem(webhooks.PROVIDERS, "ses", Ses(over.serve))
    assert post(house, "ses", over.signed(message)).status_code == 403
    monkeypatch.setitem(webhooks.PROVIDERS, "ses", Ses(lambda _address: b"no certificate"))
    assert post(house, "ses", over.signed(message)).status_code == 503

    def unreachable(_address: str) -> bytes:
        raise NotNow("It could not be fetched.")

    monkeypatch.setitem(webhooks.PROVIDERS, "ses", Ses(unreachable))
    assert post(house, "ses", over.signed(message)).status_code == 503
    assert changed() == (0, 0)


def test_the_older_signatures_are_refused_with_what_to_do(tell: Callable[..., Any], first: str) -> None:
    answer = tell(notification(ses_bounce(first), SignatureVersion="1"))
    assert answer.status_code == 400
    assert "SignatureVersion to 2" in answer.text


@pytest.mark.parametrize(
    "told",
    [
        [],
        {"notificationType": "Bounce"},
        {"notificationType": "Bounce", "mail": {"source": 1}},
        {"notificationType": "Bounce", "mail": {"source": "x"}, "bounce": {"bouncedRecipients": "x"}},
        {"notificationType": "Complaint", "mail": {"source": "x"}},
    ],
)
def test_a_notification_of_another_shape_is_refused(tell: Callable[..., Any], told: Any) -> None:
    assert tell(notification(told)).status_code == 400


def test_a_subscription_waits_for_a_person(tell: Callable[..., Any], first: str) -> None:
    asks = {
        **notification({}),
        "Type": "SubscriptionConfirmation",
        "Message": "You have chosen to subscribe.",
        "Token": "2336412f37",
        "SubscribeURL": f"{AMAZON}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37",
    }
    assert tell(asks).status_code == 200
    entry = audit_log().items[0]
    assert (entry.verb, entry.subject) == ("webhook asks to be confirmed", "webhook ses")
    assert asks["SubscribeURL"] in entry.detail
    assert tell({**asks, "SubscribeURL": "https://elsewhere.example/?Action=x"}).status_code == 403


def test_certificates_are_asked_for_once_and_never_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(certificates, "_kept", {})
    monkeypatch.setattr(certificates, "_asked_at", certificates.deque(maxlen=10))
    monkeypatch.setattr(certificates, "_get", lambda address: asked.append(address) or b"pem")
    for _ in range(20):
        assert certificates.fetched("https://one.example") == b"pem"
    assert asked == ["https://one.example"]
    for number in range(9):
        certificates.fetched(f"https://{number}.example")
    with pytest.raises(NotNow):
        certificates.fetched("https://ten.example")
