"""The sign-up on the front page. It posts to `/subscribe`, which decides what is wrong with it."""

from wtforms import EmailField, HiddenField

from newsroom.platform.web import OpenForm


class SignUpForm(OpenForm):
    """I want the letter; the fields are those of the page it posts to."""

    email = EmailField("E-mail address")
    source = HiddenField(default="front-page")
