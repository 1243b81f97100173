"""Letters and the way they leave: writing a message, sending it, the outbox of ordinary letters.

Rooms: `message` and `compiled` (pure: bytes of one message, of one message for many recipients), `verp`
(pure: return paths), `rules` (pure: what a server's answer means for a letter), `frame` and `letters` (what
an ordinary letter looks like), `transport` and `folder` (SMTP, or `.eml` files), `flask_mail` (Flask-Mail,
repaired), `models` and `outbox` (letters as rows).  It knows no story, issue or subscriber.
"""
