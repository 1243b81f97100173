"""What the desk often has to write to people: kind declines and questions, worded once and with care.

Pure. A preset is a beginning: whoever sends one may change every word of it. Each decline tells the truth
about why, and leaves the person who wrote to us better off than silence would.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """One text under a short label; `key` is what a form sends and never changes."""

    key: str
    label: str
    text: str


DECLINES = (
    Preset(
        "behaviour",
        "About a price or a product",
        "We print what people at work did for a customer, or failed to do. Your story is about a price or "
        "a product, so it does not fit here, however right you are.",
    ),
    Preset(
        "proof",
        "Grave, and we cannot make sure",
        "It says something grave about a person or a company, and we have no way to make sure of it. That "
        "is not a judgement on you: somebody with the power to look into it should hear it before a "
        "newsletter does.",
    ),
    Preset(
        "private",
        "Would give people away",
        "We could not print it without giving away who you or other people are, and we would rather lose a "
        "good story than do that.",
    ),
    Preset(
        "like",
        "We have printed one like it",
        "We have lately printed a story that is very like it. It helps to know that yours was not the only "
        "one.",
    ),
    Preset(
        "first",
        "Happened to somebody else",
        "We print only what people lived through themselves, or tell for somebody who agreed. If the "
        "person it happened to would like to write to us, we would be glad to hear from them.",
    ),
    Preset(
        "going_on",
        "A dispute that goes on",
        "This is not over yet, and a page in print could harm you or your case. Please write to us again "
        "when it is settled, whichever way it ends.",
    ),
    Preset(
        "thin",
        "Too little to learn from",
        "We believe you, but there is too little in it of who said and did what for other readers to learn "
        "from. If you can remember more, please tell it to us again.",
    ),
    Preset(
        "long_ago",
        "Too long ago",
        "It happened so long ago that the place has surely changed since, and we would be holding today’s "
        "staff to account for it. We were glad to read it all the same.",
    ),
    Preset(
        "own_work",
        "From the company itself",
        "It comes from somebody who works for the company, and this column belongs to its customers. "
        "Nothing in it is wrong; it is only not ours to print.",
    ),
    Preset(
        "room",
        "Good, but no room",
        "It is a good story, and we have more good stories than issues. Rather than keep you waiting for a "
        "place that may never come free, we would like you to know now.",
    ),
)
"""Reasons that are often right. None is longer than a reason may be (`rules.LONGEST_REASON`)."""

DECLINE_TEXTS = {preset.key: preset.text for preset in DECLINES}

QUESTIONS = (
    Preset(
        "who",
        "Who said and did what",
        "Thank you for your story. To print it we need to see the moment itself: who was there, what did "
        "they say or do, and what did you say? A sentence or two is plenty.",
    ),
    Preset(
        "when",
        "Roughly when",
        "Could you tell us roughly when this happened? A season and a year will do. We will not print it; "
        "it only tells us whether the people who were there can still learn from it.",
    ),
    Preset(
        "next",
        "What happened next",
        "Your story stops where we wanted to read on. Did anybody put it right in the end, and are you "
        "still a customer there?",
    ),
    Preset(
        "first_hand",
        "Did it happen to you?",
        "Did this happen to you, or to somebody else? If it was somebody else, please ask whether they "
        "agree that you tell it. We print nothing before we know.",
    ),
    Preset(
        "sure",
        "Can it be shown?",
        "One sentence in your story is serious: it could do harm if it were not exactly so. Did you see it "
        "yourself, and is there a letter, a bill or a message that shows it? Please do not send it yet; "
        "tell us only whether it exists.",
    ),
    Preset(
        "company_knows",
        "Does the company know?",
        "Have you told the company about this, and did they answer? You need not. But if they did answer, "
        "it would be fair to let our readers know what they said.",
    ),
    Preset(
        "leave_out",
        "May we leave this out?",
        "One passage could let other people guess who you are. May we leave it out or put it in general "
        "words? You will see the sentence before anybody else does, if you wish.",
    ),
    Preset(
        "name",
        "How shall we name you?",
        "You allowed us to print a name with your story. Would you tell us how you would like to be named, "
        "and from which town? If you would rather not be named after all, that is just as good.",
    ),
    Preset(
        "interest",
        "Any tie to the company?",
        "Do you work for this company, for a competitor, or did anybody offer you something for writing? "
        "We ask everybody whose story names a company with praise.",
    ),
)
"""Questions for an author's thread, each whole as it stands."""

QUESTION_TEXTS = {preset.key: preset.text for preset in QUESTIONS}
