"""Newsroom: from a reader's story to a numbered issue that reaches every subscriber once.

    roof    run  factory  demo         starts it | puts it together | fills it with a sample
    6       office                     the desk's first page, the outbox
    5       delivery     archive       sends an issue | shows what is published
    4       issues       subscribers   what we publish | to whom
    3       stories      library       what readers tell us | what authors write
    2       publication                name, address, sender, time zone, cadence, standing blocks
    1       accounts                   who works here and what they may do; the audit log
    ground  platform                   knows no story, issue or subscriber

Imports point down, and neighbours on a floor do not see each other. Which rooms a feature has, which of them
others may enter, and why, is told in `docs/architecture.md`.
"""
