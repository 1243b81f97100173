"""Message: a signed word from the publisher or the editor."""

from newsroom.issues.kinds.spec import Key, Kind

KIND = Kind(
    name="Message",
    slug="message",
    label="A word from us",
    contents_label="A word from us",
    purpose="A signed word from the publisher or the editor.",
    keys=(Key("from", "Signed by", "A name, as below a letter.", at_end=True),),
)
