"""What each dialect makes of what people type, as HTML."""

import pytest
from markupsafe import Markup

from newsroom.platform.markup import Dialect, to_html

STORY, ARTICLE, LINE = Dialect.STORY, Dialect.ARTICLE, Dialect.LINE


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("[the clerk]: No.", '<p><span class="editorial">[the clerk]</span>: No.</p>'),
        ("#59 came first", "<p>#59 came first</p>"),
        ("# Not a heading", "<p># Not a heading</p>"),
        ("1986. A great year.", "<p>1986. A great year.</p>"),
        ("Ask me@shop.example or https://a.example", "<p>Ask me@shop.example or https://a.example</p>"),
        ("[x](https://a.example)", '<p><span class="editorial">[x]</span>(https://a.example)</p>'),
        ("<b>x</b> &amp; `y`", "<p>&lt;b&gt;x&lt;/b&gt; &amp;amp; `y`</p>"),
        ("---", "<p>---</p>"),
        ("* * *", "<p>* * *</p>"),
        ("    indented", "<p>indented</p>"),
        ("2*3*4 and snake_case_name", "<p>2*3*4 and snake_case_name</p>"),
        ("wrapped\n- in prose\n14. like this", "<p>wrapped - in prose 14. like this</p>"),
        ("*so* __very__", "<p><em>so</em> <strong>very</strong></p>"),
        ("***much***", "<p><em><strong>much</strong></em></p>"),
        ("**[a shop]**", '<p><strong><span class="editorial">[a shop]</span></strong></p>'),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("3rd, 1/2, (c) -- ...", "<p>3rd, 1/2, (c) -- ...</p>"),
        ("", ""),
        (" \n \t", ""),
    ],
)  # fmt: skip
def test_a_story_is_not_markdown(typed: str, html: str) -> None:
    assert to_html(typed, STORY) == html


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("## Second ##", "<h2>Second</h2>"),
        ("# First", "<h2>First</h2>"),
        ("###### Sixth", "<h6>Sixth</h6>"),
        ("####### Seven", "<p>####### Seven</p>"),
        ("##Two", "<p>##Two</p>"),
        ("words\n## Head\nmore", "<p>words</p>\n<h2>Head</h2>\n<p>more</p>"),
        ("a\n---\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("one  \ntwo\\\nthree\nfour", "<p>one<br>\ntwo<br>\nthree four</p>"),
        ("`*a* <b>` ``x`y``", "<p><code>*a* &lt;b&gt;</code> <code>x`y</code></p>"),
        ("[x]: /a", '<p><span class="editorial">[x]</span>: /a</p>'),
        ("[a *b*](/?x=1&y=2 \"T & t\")", '<p><a href="/?x=1&amp;y=2" title="T &amp; t">a <em>b</em></a></p>'),
        ("[](https://a.example)", '<p><a href="https://a.example">https://a.example</a></p>'),
        ("[w](https://a.example/a_(b))", '<p><a href="https://a.example/a_(b)">w</a></p>'),
        ("[p](/issues/80) [h](#top)", '<p><a href="/issues/80">p</a> <a href="#top">h</a></p>'),
        ("[m](mailto:a@b.example)", '<p><a href="mailto:a@b.example">m</a></p>'),
        ("[a](b c)", '<p><span class="editorial">[a]</span>(b c)</p>'),
        (
            '![A shop](/media/x.jpg "Cap")',
            '<figure><img src="/media/x.jpg" alt="A shop"><figcaption>Cap</figcaption></figure>',
        ),
        (
            'See ![A shop](/media/x.jpg "Cap").',
            '<p>See <img src="/media/x.jpg" title="Cap" alt="A shop">.</p>',
        ),
        ("[![A](/a.png)](/b)", '<p><a href="/b"><img src="/a.png" alt="A"></a></p>'),
        ("words\n- one\n- two", "<p>words</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("- one\n\n- two", "<ul>\n<li><p>one</p></li>\n<li><p>two</p></li>\n</ul>"),
        ("- a\n  - b\n- c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n<li>c</li>\n</ul>"),
        ("- a\n    1. b", '<ul>\n<li>a\n<ol>\n<li>b</li>\n</ol></li>\n</ul>'),
        ("5. a\n6. b", '<ol start="5">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("1. a\n1. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("3. a\n2. b\n1. c", '<ol start="3">\n<li>a</li>\n<li value="2">b</li>\n<li value="1">c</li>\n</ol>'),
        ("1. a\n- b", "<ol>\n<li>a</li>\n</ol>\n<ul>\n<li>b</li>\n</ul>"),
        ("> > b", "<blockquote>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>"),
        ("> a\n\n> c", "<blockquote>\n<p>a</p>\n</blockquote>\n<blockquote>\n<p>c</p>\n</blockquote>"),
        ("\\*not\\* \\[x\\](y) C:\\path", "<p>*not* [x](y) C:\\path</p>"),
        ("*a _b* c_", "<p><em>a _b</em> c_</p>"),
        ("**a *b** c*", "<p><em><em>a <em>b</em></em> c</em></p>"),
        ("强调*文字*强调", "<p>强调<em>文字</em>强调</p>"),
    ],
)  # fmt: skip
def test_an_article(typed: str, html: str) -> None:
    assert to_html(typed, ARTICLE) == html


def test_labelled_paragraphs_in_a_row_are_a_dialogue() -> None:
    html = to_html("**Customer:** No.\n\n**Support**: Really?\n\nAnd so on.", ARTICLE)
    assert html == (
        '<dl class="dialogue">\n<div><dt>Customer:</dt> <dd>No.</dd></div>\n'
        "<div><dt>Support:</dt> <dd>Really?</dd></div>\n</dl>\n<p>And so on.</p>"
    )


def test_one_labelled_paragraph_is_a_paragraph() -> None:
    assert to_html("**Note:** closed.", ARTICLE) == "<p><strong>Note:</strong> closed.</p>"


def test_a_story_has_no_dialogue_structure() -> None:
    assert "<dl" not in to_html("**A:** x\n\n**B:** y", STORY)


def test_a_table_keeps_surplus_cells_and_alignment() -> None:
    html = to_html("| a | b |\n|:--|--:|\n| 1 | 2 | 3 |\n| only \\| one |", ARTICLE)
    assert html == (
        '<table>\n<thead>\n<tr><th scope="col" class="align-left">a</th> '
        '<th scope="col" class="align-right">b</th>'
        ' <th scope="col"></th></tr>\n</thead>\n<tbody>\n<tr><td class="align-left">1</td> '
        '<td class="align-right">2</td> <td>3</td></tr>\n<tr><td class="align-left">only | one</td> '
        '<td class="align-right"></td> <td></td></tr>\n</tbody>\n</table>'
    )


def test_a_table_without_borders_may_end_in_an_escaped_one() -> None:
    assert "<td>b |</td>" in to_html("x | y\n--|--\na | b \\|", ARTICLE)


def test_a_title_is_words_and_brackets() -> None:
    html = to_html("Re: [the clerk] *not* `x` <b> [l](https://a.example)\nAT&T", LINE)
    assert html == (
        'Re: <span class="editorial">[the clerk]</span> *not* `x` &lt;b&gt; '
        '<span class="editorial">[l]</span>(https://a.example) AT&amp;T'
    )


def test_paths_become_full_addresses_where_the_site_is_named() -> None:
    typed = "[a](/issues/80) ![b](/b.png) [c](https://c.example) [d](#top)"
    html = to_html(typed, ARTICLE, base_url="https://service-bell.example/")
    assert 'href="https://service-bell.example/issues/80"' in html
    assert 'src="https://service-bell.example/b.png"' in html
    assert 'href="https://c.example"' in html
    assert 'href="#top"' in html


def test_the_html_is_safe_for_templates() -> None:
    assert isinstance(to_html("x", STORY), Markup)
