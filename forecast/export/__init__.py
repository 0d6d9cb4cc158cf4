"""Tables of a published run as files that other programs open.

`content` says which rows and columns make up an export, `notices` which licences go with them;
each other module writes one kind of file, and `write` chooses among them. Every file says of every
column what it means and in which unit.
"""
