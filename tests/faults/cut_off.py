"""`python -m tests.faults.cut_off NUMBER STATEMENT`: a program that may lose its database.

In a transaction it takes the lock of that number, says "held", and waits for a line; then it executes the
statement and says what came of it.
"""

import os
import sys

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from newsroom.factory import create_app
from newsroom.platform.db import db
from newsroom.platform.settings import load


def main(number: int, statement: str) -> None:
    with create_app(load(os.environ)).app_context():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
        print("held", flush=True)
        sys.stdin.readline()
        try:
            db.session.execute(text(statement))
        except OperationalError as problem:
            print(f"lost: {problem.orig}")
        else:
            print("answered")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
