"""The archive: the front page, every issue and piece that was published, feeds and sitemap. It only reads.

Whatever stands here comes from frozen records and published pieces; a piece that is not published has no
address, and a withdrawn one leaves a dated tombstone.
"""
