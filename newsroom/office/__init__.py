"""The office: the first page of the desk, which says what is due, and the letters that lie in the outbox."""
