"""Sources for the laws: documents whose words are known because we put them there, and soups of markers."""

from dataclasses import dataclass
from itertools import count

from hypothesis import strategies as st


@dataclass
class Draft:
    """A source under construction; ``words`` are those a reader must find, in order."""

    source: str
    words: list[str]


LETTERS = "abcdefghijklmnopqrstuvwxyz"


@st.composite
def documents(draw: st.DrawFn, is_story: bool = False) -> Draft:
    """A well-formed document of one to six blocks in which every word is different."""
    numbers = count(1)
    words: list[str] = []

    def word() -> str:
        number = next(numbers)
        new = (
            "w"
            + "".join(LETTERS[int(digit)] for digit in str(number))
            + draw(st.sampled_from(["", "é", "7", "ß", "東"]))
        )
        words.extend([new[:-1], "東"] if new.endswith("東") else [new])
        return new

    def phrase(most: int = 6) -> str:
        return " ".join(inline(word()) for _ in range(draw(st.integers(1, most))))

    def inline(one: str) -> str:
        kinds = ["{}"] * 5 + [
            "*{}*",
            "_{}_",
            "**{}**",
            "***{}***",
            "[{}]",
            "({}),",
            "“{}”",
            "{}.",
            "#{}",
            "<b>{}",
            "&{};",
            "\\*{}",
        ]
        if not is_story:
            kinds += ["[{}](https://a.example/)", "`{}`", "[*{}*](/p)", "[{}](javascript:)", "{}  \n"]
        shape = draw(st.sampled_from(kinds))
        if shape == "<b>{}":
            words.insert(len(words) - (2 if one.endswith("東") else 1), "b")
        return shape.format(one)

    def block() -> str:
        kinds = ["paragraph", "bullets", "numbers", "quote", "nested"]
        if not is_story:
            kinds += ["heading", "table", "dialogue", "rule"]
        match draw(st.sampled_from(kinds)):
            case "bullets":
                return draw(st.sampled_from(["\n", "\n\n"])).join(
                    "- " + phrase() for _ in range(draw(st.integers(1, 3)))
                )
            case "numbers":
                start = draw(st.integers(0, 998))
                return "\n".join(f"{start + place}. {phrase()}" for place in range(draw(st.integers(1, 2))))
            case "quote":
                return "\n".join("> " + phrase() for _ in range(draw(st.integers(1, 3))))
            case "nested":
                return f"* {phrase()}\n  - {phrase()}\n\n    {phrase()}\n* {phrase()}\n  > {phrase()}"
            case "heading":
                return "#" * draw(st.integers(1, 6)) + " " + phrase()
            case "table":
                columns = draw(st.integers(1, 4))
                row = lambda: "| " + " | ".join(phrase(3).replace("  \n", "") for _ in range(columns)) + " |"
                rows = [row()]
                return "\n".join(
                    [*rows, "|" + "---|" * columns, *(row() for _ in range(draw(st.integers(0, 3))))]
                )
            case "dialogue":
                return "\n\n".join(
                    f"**{word()} {word()}:** {phrase(20)}" for _ in range(draw(st.integers(1, 3)))
                )
            case "rule":
                return "---"
            case _:
                return phrase(25)

    source = "\n\n".join(block() for _ in range(draw(st.integers(1, 6))))
    return Draft(source, words)


MARKERS = [
    *"* ** *** _ __ ` `` [ ] ]( ) ( ! ![ > # | |---| --- \\ < </ <b> <!-- --> & &amp; : :** ]:".split(),
    *"~~~ ``` /p é 東京 …".split(),
    *("> ", "- ", "+ ", "* ", "  ", "    ", "\t", "\u00a0", "]: ", "\x02", "\x03", "klzzwxh:"),
    *("\n", "\n\n", "\n- ", "\n> ", "\n## ", "\n# ", "\n|-|-|\n", "\n***\n"),
    *("http://a.example", "https://b.example/c_d_e", "<https://c.example>"),
]

soups = st.lists(
    st.one_of(st.sampled_from(MARKERS), st.text(LETTERS, min_size=1, max_size=4)), max_size=40
).map("".join)
numbered_soups = st.lists(
    st.one_of(
        st.sampled_from([*MARKERS, "\n1. ", "\n7) ", "12", '"', " 'x'"]),
        st.text(LETTERS, min_size=1, max_size=4),
    ),
    max_size=40,
).map("".join)
