"""What a row of facts cannot say, because it takes an *if*: one module per library.

Each function takes the call and what it gave back, and returns what to look for in place of the row's ``at``
argument: a path, a list of paths, all of it as `capture.told.Told`, or None when there is nothing to find.
"""
