"""The doors for readers: the front page, issues, articles, stories, and every list of what was published.

No page here reads a session or sets a cookie, so any cache may keep it. What is not published has no address:
the answer is the same whether it is in preparation or was never thought of.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_sqlalchemy.pagination import Pagination
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from newsroom.archive import addresses, queries
from newsroom.archive.forms import SignUpForm
from newsroom.issues import queries as issues
from newsroom.issues.queries import Published
from newsroom.platform import links
from newsroom.platform.markup import Dialect, to_html
from newsroom.platform.web import cacheable
from newsroom.publication.queries import publication, standing_block
from newsroom.publication.rules import cadence_words
from newsroom.subscribers.rules import consent_wording

bp = Blueprint("archive", __name__)

_LESSONS_SHOWN = 4

_NO_ISSUE = Markup('There is no published issue of that number. <a href="/issues">All issues so far</a>.')
_NO_ARTICLE = Markup(
    'There is no published article here. Look among <a href="/authors">the authors</a> or '
    '<a href="/series">the series</a>.'
)
_NO_SERIES = Markup(
    'There is no series at this address of which anything is published. <a href="/series">All series</a>.'
)
_NO_AUTHOR = Markup('Nobody at this address has written an article here. <a href="/authors">All authors</a>.')
_NO_STORY = Markup('There is no published story here. <a href="/thumbs">All published stories</a>.')


@bp.get("/")
def home() -> Response:
    """The newest issue, its column, the call for stories, sign-up, back issues."""
    settings = publication()
    return _page(
        "archive/home.html",
        page=queries.front_page(),
        call=_block("call-for-stories"),
        form=SignUpForm(formdata=None),
        wording=consent_wording(settings.name),
        cadence=cadence_words(settings.cadence_days),
        also_changed_at=queries.block_changed_at("call-for-stories"),
    )


# Issues


@bp.get("/issues")
def all_issues() -> Response:
    """Every sent issue, by year."""
    return _page("archive/issues.html", years=queries.sent_issues())


@bp.get("/issues/<number>")
def issue(number: str) -> Response:
    """The web edition."""
    page = _issue_page(number)
    return _page("archive/issue.html", page=page, number=number)


@bp.get("/issues/<number>.txt")
def issue_text(number: str) -> Response:
    """The text edition."""
    page = _issue_page(number)
    response = Response(page.text, content_type="text/plain; charset=utf-8")
    return cacheable(response, modified_at=queries.changed_at())


def _issue_page(typed: str) -> queries.IssuePage:
    number = addresses.issue_number(typed)
    page = queries.issue_page(number) if number else None
    if page is None:
        abort(404, _NO_ISSUE)
    return page


# Articles and stories


@bp.get("/articles/<slug>")
def article(slug: str) -> Response | AnyResponse:
    """An article with its author, its place in a series, and the issue it was in."""
    known = addresses.slug(slug)
    piece = issues.published_article(known) if known else None
    if piece is None:
        abort(404, _NO_ARTICLE)
    if piece.withdrawn_at is not None:
        return _tombstone(piece, piece.withdrawn_at)
    page = queries.article_page(piece)
    described_at = queries.described_at(f"author:{piece.author_slug}", f"series:{piece.series_slug}")
    return _page("archive/article.html", page=page, piece=piece, also_changed_at=described_at)


@bp.get("/stories/<name>")
def story(name: str) -> Response | AnyResponse:
    """A story with the Editor's note; a dated tombstone where its author withdrew it."""
    named = addresses.story(name)
    piece = issues.published_story(named[0]) if named else None
    if named is None or piece is None or piece.kind not in queries.VERDICTS:
        abort(404, _NO_STORY)
    # Whatever the rest of the address says: a redirect would tell the title of what was withdrawn.
    if piece.withdrawn_at is not None:
        return _tombstone(piece, piece.withdrawn_at)
    if named[1] != piece.slug:
        return redirect(url_for(".story", name=f"{piece.piece_id}-{piece.slug}"), 301)
    told = queries.follow_ups(piece)
    return _page(
        "archive/story.html",
        page=queries.set_piece(piece, level=1),
        piece=piece,
        teaser=queries.teaser(piece),
        follow_ups=told,
        also_changed_at=max((each.printed_at for each in told), default=None),
    )


def _tombstone(piece: Published, withdrawn_at: datetime) -> Response:
    page = render_template(
        "archive/tombstone.html",
        words=issues.tombstone_words(withdrawn_at, piece.withdrawn_because),
        number=piece.issue_number,
        is_story=piece.is_story,
    )
    return _gone(page)


def _gone(page: str) -> Response:
    """What stood here was taken away; who keeps this page asks again, because it may be put back."""
    response = Response(page, 410)
    response.cache_control.public = True
    response.cache_control.no_cache = True
    return response


@bp.get("/thumbs")
def thumbs() -> Response:
    """All stories, of both verdicts or of one."""
    asked = request.args.get("verdict", "")
    verdict = asked if asked in queries.VERDICTS.values() else ""
    found = queries.stories(verdict, _page_number())
    return _page(
        "archive/thumbs.html",
        verdict=verdict,
        found=_existing(found),
        counts=queries.story_counts(),
        args={"verdict": verdict} if verdict else {},
    )


@bp.get("/lessons")
def lessons() -> Response:
    """What the stories teach, by behaviour."""
    chapters = queries.chapters()
    asked = request.args.get("behaviour", "")
    chosen = next((chapter for chapter in chapters if chapter.slug == asked), None)
    return _page(
        "archive/lessons.html",
        chapters=(chosen,) if chosen else chapters,
        chosen=chosen,
        all_chapters=chapters,
        shown=None if chosen else _LESSONS_SHOWN,
        args={"behaviour": asked} if chosen else {},
    )


# Series and authors


@bp.get("/series")
def all_series() -> Response:
    """Every series with a published part."""
    shelves = queries.all_series()
    described_at = queries.described_at(*(f"series:{shelf.slug}" for shelf in shelves))
    return _page("archive/all_series.html", shelves=shelves, also_changed_at=described_at)


@bp.get("/series/<slug>")
def series(slug: str) -> Response:
    """A series, part by part."""
    known = addresses.slug(slug)
    found = queries.series(known) if known else None
    if found is None:
        abort(404, _NO_SERIES)
    card, stages, gone = found
    return _page(
        "archive/series.html",
        card=card,
        words=to_html(card.description, Dialect.ARTICLE),
        stages=stages,
        gone=gone,
        also_changed_at=queries.described_at(f"series:{card.slug}"),
    )


@bp.get("/authors")
def authors() -> Response:
    """Everybody who wrote an article."""
    shelves = queries.authors()
    described_at = queries.described_at(*queries.author_subjects())
    return _page("archive/authors.html", shelves=shelves, also_changed_at=described_at)


@bp.get("/authors/<slug>")
def author(slug: str) -> Response:
    """An author and what they wrote."""
    known = addresses.slug(slug)
    found = queries.author(known) if known else None
    if found is None:
        if known and queries.was_removed(known):
            return _gone(render_template("archive/author_removed.html"))
        abort(404, _NO_AUTHOR)
    card, articles = found
    return _page(
        "archive/author.html",
        card=card,
        bio=to_html(card.bio, Dialect.ARTICLE),
        portrait=queries.portrait(card),
        articles=articles,
        also_changed_at=queries.described_at(f"author:{card.slug}"),
    )


# Lists of one kind


@bp.get("/reading")
def reading() -> Response:
    """Everything that was recommended."""
    found = queries.pieces(queries.RECOMMENDATIONS, _page_number())
    return _page("archive/reading.html", found=_existing(found))


@bp.get("/topics")
def topics() -> Response:
    """What readers asked for, and what came of it."""
    found = queries.pieces(queries.TOPICS, _page_number())
    return _page("archive/topics.html", found=_existing(found))


@bp.get("/corrections")
def corrections() -> Response:
    """What was wrong, and what is right."""
    found = queries.said_of_corrections(_page_number())
    return _page("archive/corrections.html", found=_existing(found))


@bp.get("/events")
def events() -> Response:
    """Where to meet us, and where we have been."""
    coming, past = queries.dated(queries.ENGAGEMENTS)
    return _page("archive/events.html", coming=coming, past=past, also_changed_at=queries.midnight())


@bp.get("/marketplace")
def marketplace() -> Response:
    """Listings that are not over; one that somebody paid for says so."""
    current, _over = queries.dated(queries.LISTINGS)
    return _page("archive/marketplace.html", current=current, also_changed_at=queries.midnight())


# Standing pages


@bp.get("/about")
def about() -> Response:
    """Who we are."""
    return _standing("about", "About us")


@bp.get("/contact")
def contact() -> Response:
    """How to reach us."""
    return _standing("contact", "Contact")


@bp.get("/policy")
def policy() -> Response:
    """How stories are handled."""
    return _standing("policy", "How we handle stories")


@bp.get("/testimonials")
def testimonials() -> Response:
    """What readers say: the standing words, and below them those who allowed us to print theirs."""
    return _page(
        "archive/testimonials.html",
        key="testimonials",
        name="What readers say",
        block=_block("testimonials"),
        said=queries.said_by_readers(),
        also_changed_at=queries.testimonials_changed_at(),
    )


def _standing(key: str, name: str) -> Response:
    return _page(
        "archive/standing.html",
        key=key,
        name=name,
        block=_block(key),
        also_changed_at=queries.block_changed_at(key),
    )


def _block(key: str) -> dict[str, Any] | None:
    block = standing_block(key)
    if block is None or not block.body.strip():
        return None
    return {"title": block.title, "html": to_html(block.body, Dialect.ARTICLE)}


# Answers


def _page(template: str, *, also_changed_at: datetime | None = None, **shown: Any) -> Response:
    """A page that any cache may keep. Its canonical address is its own, less what we do not know in it."""
    args = dict(shown.get("args", {}))
    found = shown.get("found")
    if found is not None and found.page > 1:
        args["page"] = found.page
    assert request.endpoint is not None
    canonical = links.absolute(request.endpoint, **(request.view_args or {}), **args)
    body = render_template(template, canonical=canonical, **shown)
    return cacheable(body, modified_at=queries.changed_at(also_changed_at))


def _page_number() -> int:
    return addresses.page_number(request.args.get("page"))


def _existing(found: Pagination) -> Pagination:
    if found.page > 1 and not found.items:
        abort(404, "The list ends before this page. Begin again at its first one.")
    return found
