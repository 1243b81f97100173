"""The register of pre-flight checks; each check is one pure function that says what it looks for.

A check of the issue takes the document and the facts; one of a section the section; one of words a field as
somebody wrote it, and one of words in their time the document and the facts as well; one of the letter the
document and its renderings. To add a check, write it in the module of its subject, name it here, and give
its code a line in `catalogue`.
"""

from newsroom.issues.checks import (
    around,
    columns,
    dates,
    head,
    letter,
    links,
    naming,
    pictures,
    proofreading,
    sections,
    typography,
)

OF_THE_ISSUE = (
    head.number_is_free,
    head.subject_is_there,
    head.subject_does_not_shout,
    head.has_sections,
    head.postal_address_is_there,
    head.preheader_is_there,
    head.preheader_says_something_new,
    head.corrects_what_was_sent,
    head.is_dated_about_now,
    sections.nothing_around_has_a_placeholder,
    dates.nothing_is_over,
    dates.nothing_has_expired,
    around.nothing_was_taken_back,
    links.downloads_are_there,
    around.promises_are_kept,
    around.companies_take_turns,
    naming.authors_are_here,
    naming.parts_are_printed_once,
)
OF_A_SECTION = (
    sections.is_filled,
    sections.has_a_title,
    sections.has_a_body,
    sections.has_its_required_keys,
    sections.has_no_placeholder,
    sections.button_has_an_address,
    links.button_says_where_it_leads,
    links.addresses_of_a_section_are_good,
    columns.has_live_consent,
    columns.has_an_editors_note,
    columns.note_has_takeaways,
    columns.quotes_the_story,
    columns.short_quotations_are_the_storys,
    columns.lead_in_fits_the_verdict,
)
OF_WORDS = (
    links.links_lead_somewhere,
    links.links_say_where_they_lead,
    links.links_show_their_host,
    links.links_are_encrypted,
    pictures.pictures_are_described,
    pictures.descriptions_are_words,
    proofreading.no_word_stands_twice,
    proofreading.spaces_follow_punctuation,
    proofreading.no_word_fell_out,
    proofreading.no_clauses_run_together,
    typography.characters_are_whole,
    typography.quotation_marks_are_of_one_kind,
    typography.marks_are_closed,
)
OF_WORDS_IN_THEIR_TIME = (
    pictures.pictures_are_light,
    dates.weekdays_match_their_dates,
    around.named_issues_exist,
)
OF_THE_LETTER = (
    letter.has_a_text_part,
    letter.can_be_unsubscribed,
    letter.is_small_enough,
    letter.has_no_token_left,
)
