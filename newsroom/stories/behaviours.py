"""Which behaviours a story is likely to be about, by its words; under which tag a takeaway is filed.

Pure, and a help only: it decides nothing, an editor chooses. A cue is a turn of phrase that stories of one
behaviour have in common; the more of its cues a story has, the likelier the behaviour.
"""

from __future__ import annotations

import re

from newsroom.platform.text import clean_line
from newsroom.stories.rules import BEHAVIOURS

LONGEST_TAG = 80
# What a story is about it says in its first pages; printed ones are hardly longer.
_LOOKED_AT = 8_000

_TIME = r"\d+|two|three|four|five|ten|fifteen|twenty|thirty|forty|several|half an"
_CUES: dict[str, tuple[str, ...]] = {
    "acknowledge presence": (
        r"ignored?",
        r"look(?:ed)? (?:up|away|through) ",
        r"turned (?:back|away)|turned (?:his|her|their) back",
        r"(?:nobody|no one) (?:looked|noticed|greeted|came|said)",
        r"stood (?:there|in front|at the)",
        r"(?:saw|seen) me",
        r"queued?|in the queue",
        r"pointed at",
    ),
    "own the apology": (
        r"sorry",
        r"apolog\w+",
        r"(?:their|our|its|a) mistake",
        r"wrong (?:order|item|size|parcel|one|name|island|address)",
        r"compensation|made (?:it )?good",
    ),
    "know the history": (
        r"(?:second|third|fourth|fifth|tenth) time",
        r"(?:two|three|four|five|six) times",
        r"(?:explain|tell|told|say|repeat)\w* (?:it |everything |the whole story |the story )?(?:all )?again",
        r"from the (?:beginning|start)",
        r"(?:transferred|passed (?:me )?on|put through)",
        r"each (?:voice|person|time)|a new one|another (?:agent|person|voice)",
        r"knew (?:my|what|who|that)|remembered|(?:my|the) card|written (?:it|the \w+) down",
    ),
    "pick up the phone": (
        r"on hold|the line|hung up|cut off",
        r"rang|called (?:them|back|me)|tele?phoned?|phoned?",
        rf"(?:waited|waiting|held)(?: for)? (?:{_TIME}) (?:minutes?|hours?)",
        r"(?:nobody|no one|never|did not|didn't) (?:answer|answered|rang|called|picked up)",
        r"answering machine|voicemail|music",
    ),
    "no policy talk": (
        r"polic(?:y|ies)",
        r"(?:the|our|their) rules?|against the rules",
        r"terms and conditions|small print|procedure|regulations?",
        r"(?:not|n't) allowed",
        r"the (?:system|computer) (?:says|said|will not|won't|does not|doesn't|would not|wouldn't)",
    ),
    "don't blame the user": (
        r"(?:my|your) (?:own )?fault",
        r"(?:i|you) should have",
        r"(?:i|you) (?:must have|had) (?:done|pressed|typed|read|filled)",
        r"(?:user|customer) error|misread|not read the|using it wrong",
        r"blam\w+",
    ),
    "diagnose before upselling": (
        r"upgrade\w*|newer (?:model|one)|new (?:model|contract|boiler|machine|phone)",
        r"(?:sell|sold|selling|offered) me",
        r"(?:charged|paid) (?:me )?(?:only |just )?for (?:the|a|nothing)",
        r"insurance|warranty|subscription|package",
        r"without (?:even )?(?:looking|asking)",
    ),
    "empower staff": (
        r"manager|supervisor|head office",
        r"not (?:my|his|her|their) (?:job|department|business)",
        r"(?:can|could)(?:not|n't| not) (?:decide|do anything|help)",
        r"authori[sz]\w+|permission|approval",
        r"(?:by|on|did it) (?:himself|herself|themselves)|without (?:being asked|a form)|on the spot",
    ),
    "do what you said": (
        r"promis\w+",
        r"would (?:call|ring|come|write|be (?:here|there)|send)",
        r"said (?:he|she|they|it) would",
        r"(?:nobody|no one|never) (?:came|arrived|called back|rang back)",
        r"(?:kept|keep) (?:his|her|their) word|as (?:promised|agreed)|by noon|at (?:noon|lunch)",
    ),
    "live greeting": (
        r"press (?:one|two|three|\d)",
        r"menus?|recorded|recording|robot|chatbot|bot|automat\w+|machine",
        r"greet\w*|good morning|hello|welcome\w*",
        r"(?:a )?(?:real|living|human) (?:person|voice|being)",
    ),
}
_FOUND = {
    behaviour: tuple(re.compile(rf"(?<!\w)(?:{cue})(?!\w)") for cue in cues)
    for behaviour, cues in _CUES.items()
}


def likely(words: str) -> tuple[str, ...]:
    """The behaviours that a story may be about, the likeliest first; none where nothing points to any."""
    told = clean_line(words[:_LOOKED_AT]).casefold().replace("’", "'")
    counts = {behaviour: sum(bool(cue.search(told)) for cue in cues) for behaviour, cues in _FOUND.items()}
    found = [behaviour for behaviour in BEHAVIOURS if counts[behaviour]]
    return tuple(sorted(found, key=lambda behaviour: -counts[behaviour]))


def filed_under(tag: str) -> str:
    """The tag as all takeaways of that behaviour have it, whoever typed it; at most `LONGEST_TAG` signs."""
    return clean_line(tag).casefold().replace("’", "'")[:LONGEST_TAG].strip()
