from newsroom.archive.lessons import OTHER, Source, chapters


def source(title: str, note: str) -> Source:
    return Source(f"/stories/{title}", title, "up", note)


def test_behaviours_come_in_the_order_of_the_house_then_by_name_then_the_rest() -> None:
    found = chapters(
        [
            source(
                "a",
                "- **One.** x [zeal]\n- **Two.** y\n- **Three.** z [own the apology]\n- **Four.** w [Calm]",
            )
        ],
        ("live greeting", "own the apology"),
    )
    assert [chapter.behaviour for chapter in found] == ["own the apology", "calm", "zeal", OTHER]


def test_a_behaviour_is_the_same_in_any_case_and_the_newest_story_comes_first() -> None:
    (chapter,) = chapters(
        [source("new", "- **A.** x [Own the Apology]"), source("old", "- **B.** y [own the apology]")],
        ("own the apology",),
    )
    assert [lesson.source.title for lesson in chapter.lessons] == ["new", "old"]
    assert chapter.story_count == 2


def test_what_an_editor_typed_cannot_become_markup() -> None:
    (chapter,) = chapters([source("a", "- **<b>x</b>.** <script>alert(1)</script> [y]")], ())
    (lesson,) = chapter.lessons
    assert "<script" not in lesson.reason
    assert "<b>" not in lesson.label


def test_a_note_without_a_list_teaches_nothing() -> None:
    assert chapters([source("a", "Only words.")], ("live greeting",)) == ()
