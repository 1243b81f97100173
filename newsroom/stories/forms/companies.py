"""The forms of the company list: one company, and a file of them. What a rule forbids, the verb says."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from newsroom.platform.web.fields import one_line, paragraphs, typed_words
from newsroom.stories import companies
from newsroom.stories.redaction.suggestions.house import Company


class CompanyForm(FlaskForm):
    """A company as the list has it: several names, domains and slogans stand on lines of their own."""

    version = IntegerField(default=0, widget=HiddenInput())
    name = StringField("Name", filters=[one_line])
    aliases = TextAreaField(
        "Other names",
        filters=[paragraphs],
        description="One on each line: short names, former names, names of its shops and apps.",
        render_kw={"rows": 4},
    )
    domains = TextAreaField(
        "Domains",
        filters=[paragraphs],
        description="One on each line, such as brightwell.example.",
        render_kw={"rows": 3},
    )
    slogans = TextAreaField(
        "Slogans",
        filters=[paragraphs],
        description="One on each line. Readers know a company by its slogan.",
        render_kw={"rows": 3},
    )
    descriptor = StringField(
        "Descriptor",
        filters=[one_line],
        description="What a thumbs down calls it, without an article: mobile phone shop.",
    )

    def start_from(self, company: Company, version: int) -> None:
        """Fill the form with what is listed."""
        self.version.data = version
        self.name.data, self.descriptor.data = company.canonical, company.descriptor
        self.aliases.data = "\n".join(company.aliases)
        self.domains.data = "\n".join(company.domains)
        self.slogans.data = "\n".join(company.slogans)

    def continue_from(self, version: int) -> None:
        """Keep what was typed, over a version that somebody else saved: saving it again is a decision."""
        self.version.raw_data, self.version.data = None, version

    def value(self) -> Company:
        """What was typed, tidied."""
        return companies.tidied(
            self.name.data or "",
            (self.aliases.data or "").splitlines(),
            (self.domains.data or "").splitlines(),
            (self.slogans.data or "").splitlines(),
            self.descriptor.data or "",
        )

    def refuse(self, problems: companies.Problems) -> None:
        """Show what is wrong at the fields that it is about."""
        for name, sentences in problems.items():
            self[name].errors = [*self[name].errors, *sentences]


class DelistForm(FlaskForm):
    """Which version somebody wants off the list."""

    version = IntegerField(validators=[InputRequired()], widget=HiddenInput())


class CompaniesFileForm(FlaskForm):
    """A file of companies, or the text of one that was looked through a moment ago."""

    file = FileField(
        "CSV file", description="In UTF-8, with the columns " + ", ".join(companies.COLUMNS) + "."
    )
    text = HiddenField(filters=[typed_words])
    file_name = HiddenField(filters=[one_line])
