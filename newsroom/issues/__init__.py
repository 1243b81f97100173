"""Numbered issues of typed sections: composing, manuscripts, editions, pre-flight, approval, freezing.

It knows no subscriber and sends nothing.
"""
