"""The people of the product, who click through its real pages.

A person sees only what a page shows: links are followed by their words, forms are filled field by field
import re
import re
from the page's own HTML and sent as a browser would send them. Features add what is peculiar to them in
their own tests; this file holds what everybody does, and how each person comes to be who they are.
"""

import re
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from newsroom.accounts import queries, service, sessions
from newsroom.accounts.models import Staff
from newsroom.accounts.rules import Role
from newsroom.platform.db import unit_of_work
from newsroom.subscribers import service as subscribers
from newsroom.subscribers.links import Holder
from newsroom.subscribers.queries import by_email
from newsroom.subscribers.service import SignUp
from tests.webpage import WebPage

PASSWORD = "correct horse battery staple"
MOST_REDIRECTS = 5


class Person:
    """Somebody with a browser. `page` is what they have before them."""

    def __init__(self, app: Flask, name: str, email: str) -> None:
        self.app = app
        self.name = name
        self.email = email
        self.client: FlaskClient = app.test_client()
        self.base_url: str = app.extensions["newsroom.settings"].base_url
        self._page: WebPage | None = None

    @property
    def page(self) -> WebPage:
        assert self._page is not None, f"{self.name} has not visited a page yet"
        return self._page

    def visit(self, address: str, expect: int | None = 200) -> WebPage:
        """Open an address (a path, or absolute on this site), following redirects.

        `expect` is the status that the last answer must have; None takes any.
        """
        return self._go("GET", address, expect=expect)

    def follow(self, words: str, expect: int | None = 200) -> WebPage:
        """Click the first link whose words contain `words`."""
        links = self.page.links
        for text, address in links:
            if words in text:
                return self._go("GET", address, expect=expect)
        raise AssertionError(
            f"no link “{words}” on {self.page.address}; there are {[text for text, _ in links]}"
        )

    def submit(
        self,
        form: str | None = None,
        /,
        *,
        button: str | None = None,
        expect: int | None = 200,
        **fields: Any,
    ) -> WebPage:
        """Fill `fields` into a form of the page and send it, with all that the form itself holds.

        `form` is the end of its address, its id, or the words of one of its buttons; it may be left out
        where the page has one form only. `button` says which button is pressed. A field whose name is no
        Python word goes through `**{"issue-date": …}`.
        """
        filled = self.page.form(form)
        for name, value in fields.items():
            filled.fill(name, value)
        if button is None and form is not None and any(form in _label(item) for item in filled.buttons):
            button = form
        filled.press(button)
        if filled.method == "get":
            query = urlencode(filled.values)
            return self._go("GET", f"{re.split('[?#]', filled.action)[0]}?{query}", expect=expect)
        data: Any = MultiDict(filled.values)
        content_type = "multipart/form-data" if filled.is_multipart else "application/x-www-form-urlencoded"
        return self._go("POST", filled.action, expect=expect, data=data, content_type=content_type)

    def sees(self, *texts: str) -> "Person":
        """Check that each text can be read on the page. Gives the person, for the next step."""
        words = self.page.words
        for text in texts:
            assert text in words, f"“{text}” is not on {self.page.address}, which reads:\n{words}"
        return self

    def does_not_see(self, *texts: str) -> "Person":
        words = self.page.words
        for text in texts:
            assert text not in words, f"“{text}” is on {self.page.address}, which reads:\n{words}"
        return self

    def _go(self, method: str, address: str, *, expect: int | None, **request: Any) -> WebPage:
        here = self._page.address if self._page else self.base_url
        target = urljoin(f"{here}", address)
        response = self._request(method, target, **request)
        for _ in range(MOST_REDIRECTS):
            if response.status_code not in {301, 302, 303, 307, 308}:
                break
            target = urljoin(target, response.headers["Location"])
            response = self._request("GET", target)
        self._page = WebPage(target, response.status_code, response.get_data(as_text=True), response.headers)
        assert expect in (None, response.status_code), (
            f"{method} {address} gave {response.status}:\n{self._page.words}"
        )
        return self._page

    def _request(self, method: str, target: str, **request: Any) -> TestResponse:
        site, asked = urlsplit(self.base_url), urlsplit(target)
        assert asked.netloc == site.netloc, f"{target} leads away from the site"
        headers = {"User-Agent": "Mozilla/5.0", "Accept": "text/html"}
        if self._page:
            headers["Referer"] = self._page.address
            headers["Sec-Fetch-Site"] = "same-origin"
        if method == "POST":
            headers["Origin"] = f"{site.scheme}://{site.netloc}"
        path = asked.path or "/"
        if asked.query:
            path += f"?{asked.query}"
        return self.client.open(path, method=method, base_url=self.base_url, headers=headers, **request)


class Reader(Person):
    """Reads the site and tells stories; has no account."""


class Subscriber(Reader):
    """Gets the letter. Their address is confirmed unless a test says otherwise."""


class StaffMember(Person):
    """Somebody who works at the desk and signs in at its page."""

    role = ""

    def sign_in(self) -> "StaffMember":
        self.visit("/sign-in")
        self.submit("/sign-in", email=self.email, password=PASSWORD, expect=None)
        assert not self.page.address.endswith("/sign-in"), (
            f"{self.name} could not sign in:\n{self.page.words}"
        )
        return self

    def be_signed_in(self, account: Staff) -> None:
        """Hold the cookie that signing in gives, without the pages that lead to it: most tests need it."""
        with self.app.test_request_context():
            sessions.begin(account)
            begun = dict(session)
        with self.client.session_transaction(base_url=self.base_url) as kept:
            kept.update(begun)

    @property
    def page(self) -> WebPage:
        # Where signing in leads; opened only by those who look at it.
        return self._page or self.visit("/desk")


class Editor(StaffMember):
    """Composes: works on stories and issues, but neither publishes nor administers."""

    role = "editor"


class Publisher(StaffMember):
    """Approves and sends."""

    role = "publisher"


class Admin(StaffMember):
    """Decides who works here."""

    role = "admin"


S = TypeVar("S", bound=StaffMember)


class Cast:
    """Brings people on stage. Staff come signed in."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def reader(self, name: str = "Rhona Vale", email: str = "rhona@reader.example") -> Reader:
        return Reader(self.app, name, email)

    def editor(self, name: str = "Ines Carvell", email: str = "ines@service-bell.example") -> Editor:
        return self._hire(Editor(self.app, name, email))

    def publisher(self, name: str = "Piet Halden", email: str = "piet@service-bell.example") -> Publisher:
        return self._hire(Publisher(self.app, name, email))

    def admin(self, name: str = "Ada Quay", email: str = "ada@service-bell.example") -> Admin:
        return self._hire(Admin(self.app, name, email))

    def subscriber(self, name: str = "Una Lister", email: str = "una@reader.example") -> Subscriber:
        with self.app.app_context():
            with unit_of_work():
                subscribers.sign_up(SignUp(email, name, wording="Send me the letter."))
            found = by_email(email)
            assert found is not None
            with unit_of_work():
                subscribers.confirm(Holder(found.id, found.token_epoch))
        return Subscriber(self.app, name, email)

    def _hire(self, person: S) -> S:
        with self.app.app_context(), unit_of_work():
            if not queries.staff_count():
                # The first account ever gets every role, which none of the cast is meant to have.
                service.add("founder@service-bell.example", "Fay Founder", [Role.ADMIN], PASSWORD)
            account = service.add(person.email, person.name, [Role(person.role)], PASSWORD)
            service.record_sign_in(account, PASSWORD)
            person.be_signed_in(account)
        return person


def _label(button: Any) -> str:
    return button.get("value") or "".join(button.itertext())
