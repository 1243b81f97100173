"""Languages by their BCP 47 tag: the script they are written in, and the way it runs.

Pure. A tag that names its script is believed; else the script is the likely one of Unicode's CLDR
(likelySubtags), of which the tables hold the living languages that are not written from left to right, and
those of East Asia. It knows no page: who asks decides what to turn round.
"""

from __future__ import annotations

import re
from typing import Literal

Direction = Literal["ltr", "rtl"]

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?(?![^-])"
)

# Right to left by UAX #9: ISO 15924 codes of the scripts that newsletters may be written in.
_FROM_THE_RIGHT = frozenset("Adlm Arab Aran Hebr Mand Nkoo Rohg Samr Syrc Thaa Yezi".split())

_ARABIC = (
    "acm acq acw acx adf aeb aec afb apc apd ar arq ars ary arz ayh ayl ayn ayp azb bal bej bgn bqi brh ckb"
    " fa glk hac hno khw ks lah lki lrc luz mzn pbt prd ps pst sd sdh shu skr trw ug ur uzs"
)
_SCRIPTS = {
    **dict.fromkeys(_ARABIC.split(), "Arab"),
    **dict.fromkeys("he iw ji lad yi".split(), "Hebr"),
    **dict.fromkeys("aii syr".split(), "Syrc"),
    "dv": "Thaa",
    "ja": "Jpan",
    "ko": "Kore",
    "nqo": "Nkoo",
    "rhg": "Rohg",
    "yue": "Hant",
    "zh": "Hans",
}
_SCRIPTS_IN_A_REGION = {
    **dict.fromkeys("az-iq az-ir ha-sd kk-cn ku-lb ky-cn ms-cc pa-pk tg-pk uz-af".split(), "Arab"),
    **dict.fromkeys("zh-hk zh-mo zh-tw".split(), "Hant"),
    **dict.fromkeys("ug-kz ug-mn".split(), "Cyrl"),
    "sd-in": "Deva",
    "yue-cn": "Hans",
}


def script(tag: str) -> str:
    """The ISO 15924 code of the script that a language is written in, such as `Arab` for `ar-EG`.

    Empty for what is no tag, and where nothing is known but that it runs from left to right.
    """
    found = _TAG.match(tag.strip().replace("_", "-").lower())
    if found is None:
        return ""
    if named := found["script"]:
        return named.title()
    language = found["language"]
    return _SCRIPTS_IN_A_REGION.get(f"{language}-{found['region']}") or _SCRIPTS.get(language, "")


def direction(tag: str) -> Direction:
    """Which way a text in this language runs, as HTML's `dir` says it: `rtl` or `ltr`.

    `ar`, `he-IL` and `az-Arab` run from the right, `ar-Latn` and whatever is no tag from the left.
    """
    return "rtl" if script(tag) in _FROM_THE_RIGHT else "ltr"
