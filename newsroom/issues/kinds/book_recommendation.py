"""Book recommendation: a book, our rating and what ties us to it."""

from newsroom.issues.kinds.spec import Key, Kind, day

KIND = Kind(
    name="Book recommendation",
    slug="book-recommendation",
    label="Book recommendation",
    noun="recommendation",
    source="library",
    listed=True,
    contents_label="Book",
    purpose="A book we would lend to a friend.",
    keys=(
        Key("author", "Author", "Who wrote the book."),
        Key("by", "Recommended by", "One of us, by name."),
        Key("rating", "Rating", "In words, such as four stars; ★★★★☆ is read as “4 out of 5 stars”."),
        Key("disclosure", "Disclosure", "What ties us to the author or the seller, if anything does."),
        Key("until", "On sale until", "A date, for a sale: 2026-10-31", check=day),
    ),
)
