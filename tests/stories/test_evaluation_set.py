"""The evaluation set is what its README says it is."""

from collections import Counter

from tests.stories.evaluation.texts import CLASSES, kept_aside, texts, tuning, without_marks


def test_a_marked_text_gives_the_text_and_where_its_labels_stand():
    plain, labels = without_marks("I rang [[company:Brightwell]] on [[phone:020 7946 0958]].")
    assert plain == "I rang Brightwell on 020 7946 0958."
    assert [(label.kind, plain[label.start : label.end]) for label in labels] == [
        ("company", "Brightwell"),
        ("phone", "020 7946 0958"),
    ]


def test_every_label_is_of_a_known_class_and_says_its_words():
    for text in texts():
        assert "[[" not in text.text, text.id
        assert "]]" not in text.text, text.id
        for label in text.labels:
            assert label.kind in CLASSES, (text.id, label)
            assert text.text[label.start : label.end] == label.words


def test_the_set_is_large_has_no_twins_and_keeps_a_third_of_every_trade_aside():
    assert len(texts()) >= 160
    assert len({text.id for text in texts()}) == len({text.text for text in texts()}) == len(texts())
    assert abs(len(kept_aside()) / len(texts()) - 1 / 3) < 0.02
    trades = Counter(text.id.rsplit("-", 1)[0] for text in texts())
    for trade, count in Counter(text.id.rsplit("-", 1)[0] for text in kept_aside()).items():
        assert abs(count - trades[trade] / 3) <= 1, trade
    assert {label.kind for text in tuning() for label in text.labels} == set(CLASSES)
    assert {label.kind for text in kept_aside() for label in text.labels} == set(CLASSES)


def test_some_texts_have_nothing_to_point_out():
    assert sum(not text.labels for text in tuning()) >= 5
    assert sum(not text.labels for text in kept_aside()) >= 3
