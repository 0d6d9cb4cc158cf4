"""Open files that others made: bounded in memory, and refused in one sentence where they are bad.

Every reader of an outside file goes through here, so that what a cut download, a wrong encoding, a
zip bomb or an XML entity can do is decided once.
"""
