"""What is pasted from word processors, tables and web pages becomes Markdown, and no word of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.markup import Dialect, links, to_html, words
from newsroom.platform.markup.from_html import from_html
from newsroom.platform.text import words_in
from tests.effort import grows_in_proportion

DOCUMENT = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=ProgId content=Word.Document><title>Untitled</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View></w:WordDocument></xml><![endif]-->
<style><!-- /* Font Definitions */ @font-face {font-family:Wingdings;} p.MsoNormal {mso-style-parent:"";} --></style>
</head><body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<h1>The <b>second</b> call<o:p></o:p></h1>
<p class=MsoNormal>We <b style='mso-bidi-font-weight:normal'>kept on</b> <i>ringing</i> at <st1:place
w:st="on">Thornley</st1:place> Quay,<span style='mso-spacerun:yes'>&nbsp; </span>and
<a href="https://quay.example/a_(b)">they an&shy;swered</a>.<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-fareast-font-family:Symbol'><span style='mso-list:Ignore'>\u00b7<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>First</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span
style='mso-list:Ignore'>o<span>&nbsp; </span></span>Deeper</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>&#61623;<span>&nbsp; </span></span>Second</p>
<p class=MsoNormal>Between.</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>3.<span>&nbsp;
</span></span>Third</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>4.<span>&nbsp;
</span></span>Fourth</p>
<h2>Afterwards</h2>
<p class=MsoNormal>An <del cite="mailto:x" datetime="2026-11-01">old</del><ins cite="mailto:x">new</ins> word<span
class=MsoCommentReference><a style='mso-comment-reference:A_1'><span style='mso-special-character:comment'>[A1]</span></a></span>.</p>
<p class=MsoQuote>They looked up.</p>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal>Month</p></td><td><p class=MsoNormal>Lost | found</p></td></tr>
<tr><td><p class=MsoNormal>May</p></td><td><p class=MsoNormal>12</p><p class=MsoNormal>of 40</p></td></tr></table>
<p class=MsoNormal><img width=600 src="file:///C:/clip_image001.png" alt="A counter"><span style='display:none'>unseen</span>The end.</p>
<div style='mso-element:comment-list'><div style='mso-element:comment'><p>Is this true?</p></div></div>
<!--EndFragment--></body></html>"""  # noqa: E501

MARKDOWN = """## The second call

We **kept on** *ringing* at Thornley Quay, and [they answered](<https://quay.example/a_(b)>).

- First
  - Deeper
- Second

Between.

3. Third
4. Fourth

### Afterwards

An new word.

> They looked up.

| Month | Lost \\| found |
| --- | --- |
| May | 12 of 40 |

The end."""


def test_a_word_processors_document_becomes_its_text() -> None:
    pasted = from_html(DOCUMENT)
    assert pasted.markdown == MARKDOWN
    assert pasted.picture_count == 1


# A joiner shapes its letters, and another one makes a cook of two signs.
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f469\u200d\U0001f373"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>a</p>\n\n<p>b", "a\n\nb"),
        ("a<br>b<br><br>c", "a  \nb\n\nc"),
        ("<h2>x</h2><h3>y</h3><p>z", "## x\n\n### y\n\nz"),
        ("<h1>x</h1><h2>y</h2>", "## x\n\n### y"),
        ("<h2>C #</h2>", "## C \\#"),
        ("<ol start=7><li>a<li>b</ol>", "7. a\n8. b"),
        ("<ul><li>a<ol><li>b</ol><li><p>c</p><p>d</p></ul>", "- a\n  1. b\n- c\n\n  d"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ("<li>alone", "- alone"),
        ("<p>\u2022\u00a0 typed<p>\u00b7\ttoo", "- typed\n- too"),
        ("<blockquote><p>a<p>b</blockquote>c", "> a\n>\n> b\n\nc"),
        ("<blockquote>a<ul><li>b</ul></blockquote>", "> a\n>\n> - b"),
        ("<pre>a\n  b</pre>", "a  \nb"),
        ("a<hr>b", "a\n\n* * *\n\nb"),
        # A page's frame is no table.
        ("<table><tr><td><h2>a</h2><p>b</table>", "## a\n\nb"),
        ("<table><tr><td>a<td><ul><li>b</ul></table>", "a\n\n- b"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "| a | b |\n| --- | --- |\n\nc"),
        # Emphasis that no mark can say, or that is none.
        ("<b style='font-weight:normal'>all <b>this</b></b>", "all **this**"),
        ("<span style='font-weight:700;font-style:italic'>x</span> y", "***x*** y"),
        ("un<b>believ</b>able", "unbelievable"),
        ("<b>a </b><b>b</b>", "**a b**"),
        ("<b>unclosed <i>both</b> rest", "**unclosed** ***both*** rest"),
        # Links.
        ("<a href='https://x.example/'><b>a</b> b</a>", "[**a** b](https://x.example/)"),
        ("<a href='javascript:alert(1)'>a</a> <a href='#_ftn1'>b</a> <a href='/c'>c</a> <a>d</a>", "a b c d"),
        ("<a href='https://x.example/a b'>a</a>", "[a](https://x.example/a%20b)"),
        ("<a href='https://x.example'><img src=x></a>", ""),
        # Words that look like mark-up.
        ("<p># a<p>&gt; b<p>- c<p>1. d", "\\# a\n\n\\> b\n\n\\- c\n\n1\\. d"),
        ("<p>1986. e<p>#59<p>---", "1986. e\n\n#59\n\n\\---"),
        ("*a* _b_ snake_case `c` [e]", "\\*a\\* \\_b\\_ snake_case \\`c\\` [e]"),
        ("[d](https://x.example) ![e](/f)", "[d]\\(https://x.example) ![e]\\(/f)"),
        ("&lt;b&gt; a &amp;amp; b", "<b> a &amp; b"),
        # What a word processor leaves, and what looks like a tag.
        ("a\u200bb \uf04a c\u00ad", "ab c"),
        ("1 < 2 and 3 > 2 <3", "1 < 2 and 3 > 2 <3"),
        ('<p title="a > b">c', "c"),
        ("<p style='display:none'>a<p>b", "b"),
        ("<del>a", ""),
        ("<script>a</script><style>b</style>c", "c"),
        ("<p><b> </b><p>&nbsp;", ""),
        ("a&nbsp;b&nbsp; c &nbsp;d", "a\u00a0b c d"),
        (PERSIAN, PERSIAN),
    ],
)  # fmt: skip
def test_each_thing_by_itself(html: str, markdown: str) -> None:
    assert from_html(html).markdown == markdown


_WORDS = st.sampled_from(
    "the clerk's 1986. #59 *stars* under_score __init__ [sic] [a](b) 1) - > | \\ `tick` a|b ## --- a*b*c"
    " é 日本 word ** _ !hey ![x](y) &lt;b&gt; :: 3. ~ +".split()
)
_TAGS = st.sampled_from(
    "p div h1 h2 h6 ul ol li blockquote table tr td th b i strong em span pre br hr a o:p st1:place dl dt dd"
    " u sup".split()
)
_STYLES = st.sampled_from(
    [
        "",
        " style='font-weight:bold'",
        " href='https://x.example/(a'",
        " style='mso-list:l0 level2 lfo1'",
        " class=MsoQuote",
        " class=MsoTitle",
        ' title="a > b"',
    ]
)
_PIECES = st.one_of(
    _WORDS,
    st.just(" "),
    st.builds("<{}{}>".format, _TAGS, _STYLES),
    st.builds("</{}>".format, _TAGS),
    st.sampled_from(["<!-- no -->", "<![if !supportLists]>", "<![endif]>", "&nbsp;", "\u00ad"]),
)


@given(st.lists(_PIECES, max_size=60))
def test_every_word_that_is_seen_is_in_the_markdown_in_order(pieces: list[str]) -> None:
    seen = " ".join(
        " "
        if piece.startswith("<") or piece in ("&nbsp;", "\u00ad")
        else piece.replace("&lt;", "<").replace("&gt;", ">")
        for piece in pieces
    )
    html = " ".join(pieces)
    read = iter(words(from_html(html).markdown, Dialect.ARTICLE))
    lost = [word for word in words_in(seen) if word not in read]
    assert not lost, from_html(html).markdown


@given(st.text("<>/!-'\"=& pabliulotdrh[]*_`#|\n", max_size=80))
def test_no_string_breaks_it_and_what_comes_out_stays_as_it_is(html: str) -> None:
    markdown = from_html(html).markdown
    assert "<script" not in to_html(markdown, Dialect.ARTICLE)


def test_nothing_that_comes_out_leads_anywhere_dangerous() -> None:
    bad = "".join(
        f"<a href='{address}'>x</a> "
        for address in (
            "javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            " javascript:x",
            "file:///c",
        )
    )
    assert links(from_html(bad).markdown, Dialect.ARTICLE) == []


HOSTILE = {
    "nested": lambda size: "<div>" * size + "x" + "</div>" * size,
    "nested without a word": lambda size: "<div>" * (size * 4),
    "styles never closed": lambda size: "<b>" * size + "x",
    "lists": lambda size: "<ul><li>x" * (size // 4),
    "quotations": lambda size: "<blockquote>x" * (size // 4),
    "tables": lambda size: "<table><tr><td>x" * (size // 4),
    "quotation marks": lambda size: "<a \"'" * size,
    "quotation marks that pair": lambda size: "<a '\"'\"" * size,
    "brackets": lambda size: "<" * size,
    "square brackets in links": lambda size: "<a href='http://x.example'>[" * (size // 4),
    "one paragraph": lambda size: "<p>" + "word <b>bold</b> <a href='http://x.example'>l</a> " * (size // 8),
    "markers": lambda size: "<span style='mso-list:Ignore'>" * size,
    "spaces": lambda size: " &nbsp;" * size + "x",
    "line ends": lambda size: "x<br>" * (size // 4),
    "comments": lambda size: "<!--" * size,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_html_takes_time_in_proportion_to_its_length(kind: str) -> None:
    assert grows_in_proportion(lambda size: from_html(HOSTILE[kind](size)), 16_000)


def test_a_hundred_thousand_tags_inside_each_other_are_read() -> None:
    for tag in ("div", "ul", "blockquote", "b", "table", "span"):
        assert from_html(f"<{tag}>" * 100_000 + "words").markdown.strip("*> -").endswith("words")


def test_one_endless_row_does_not_make_all_other_rows_endless() -> None:
    row = "<tr>" + "<td>x</td>" * 3_000 + "</tr>"
    pasted = from_html(f"<table>{row}{'<tr><td>y</td></tr>' * 300}</table>").markdown
    assert (pasted.count("x"), pasted.count("y")) == (3_000, 300)
    assert len(pasted) < 20_000
