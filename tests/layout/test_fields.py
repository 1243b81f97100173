"""A field's label, hint and error belong to it for everybody, and what was typed is kept."""

from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from wtforms import BooleanField, Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from newsroom.platform.web.assets import register
from tests.architecture.source import ROOT


class Submission(Form):
    verdict = RadioField(
        "Up or down?",
        choices=[SelectChoice("up", "Thumbs up"), SelectChoice("down", "Thumbs down")],
        validators=[InputRequired("Choose one.")],
    )
    story = TextAreaField("Your story", validators=[Length(min=40, message="Tell us a little more.")])
    town = StringField("Town", description="Never printed without your consent.")
    preview = BooleanField("Show me the edited version")


@pytest.fixture
def desk() -> Flask:
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    register(app)
    return app


def rendered(app: Flask, call: str, form: Form) -> Element:
    source = '{% from "layout/forms.html" import field, choice_cards, errors, button %}' + call
    with app.test_request_context():
        html = app.jinja_env.from_string(source).render(form=form)
    return html5lib.parse(html, namespaceHTMLElements=False)


def by_id(tree: Element, identity: str) -> Element:
    return next(element for element in tree.iter() if element.get("id") == identity)


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.fixture
def refused() -> Submission:
    form = Submission(data={"story": "<b>Rude.</b>"})
    assert not form.validate()
    return form


def test_an_error_is_tied_to_its_field_and_what_was_typed_is_kept(desk: Flask, refused: Submission) -> None:
    tree = rendered(desk, "{{ field(form.story, hint='Forty words.') }}", refused)
    box = by_id(tree, "story")
    assert box.get("aria-invalid") == "true"
    told = [words(by_id(tree, name)) for name in (box.get("aria-describedby") or "").split()]
    assert told == ["Forty words.", "Error: Tell us a little more."]
    assert words(box) == "<b>Rude.</b>"


def test_every_field_has_a_label_that_points_to_it(desk: Flask) -> None:
    tree = rendered(desk, "{% for f in form %}{{ field(f) }}{% endfor %}", Submission())
    labelled = {label.get("for") for label in tree.iter("label")}
    controls = {e.get("id") for e in tree.iter() if e.tag in ("input", "textarea", "select")}
    assert controls == labelled
    assert words(next(tree.iter("legend"))) == "Up or down?"


def test_a_description_is_the_hint_unless_another_is_given(desk: Flask) -> None:
    tree = rendered(desk, "{{ field(form.town) }}", Submission())
    assert words(by_id(tree, by_id(tree, "town").get("aria-describedby") or "")).startswith("Never printed")


def test_a_field_without_hint_or_error_describes_itself_by_nothing(desk: Flask) -> None:
    box = by_id(rendered(desk, "{{ field(form.story) }}", Submission()), "story")
    assert box.get("aria-describedby") is None
    assert box.get("aria-invalid") is None


def test_the_summary_leads_to_every_field_that_is_wrong(desk: Flask, refused: Submission) -> None:
    tree = rendered(desk, "{{ errors(form) }}{{ field(form.verdict) }}{{ field(form.story) }}", refused)
    summary = by_id(tree, "error-summary")
    assert summary.get("role") == "alert"
    links = {words(link): link.get("href") or "" for link in summary.iter("a")}
    assert links == {"Choose one.": "#verdict", "Tell us a little more.": "#story"}
    assert all(by_id(tree, target.removeprefix("#")) is not None for target in links.values())


def test_a_form_without_errors_has_no_summary(desk: Flask) -> None:
    assert words(rendered(desk, "{{ errors(form) }}", Submission())) == ""


def test_a_choice_that_was_made_stays_made(desk: Flask) -> None:
    tree = rendered(
        desk, "{{ choice_cards(form.verdict, thumbs=true) }}", Submission(data={"verdict": "down"})
    )
    chosen = [radio.get("value") for radio in tree.iter("input") if radio.get("checked") is not None]
    assert chosen == ["down"]


def test_a_hint_is_text_and_not_markup(desk: Flask) -> None:
    tree = rendered(desk, "{{ field(form.town, hint='<i>a</i>') }}", Submission())
    assert list(tree.iter("i")) == []


def test_a_shortcut_is_shown_on_the_button_that_it_presses(desk: Flask) -> None:
    button = next(rendered(desk, "{{ button('Edit', key='e') }}", Submission()).iter("button"))
    assert button.get("data-key") == button.get("aria-keyshortcuts") == "e"
    assert words(button) == "Edit E"
