"""How often the sources of a fit are named exactly: notebooks in many styles, each with the answer of a person.

What counts as having reached a fit, here and in the public notebooks of `public.toml`: a file reaches a fit when what
stands in it can change the values that the fit is given, on the way from value to value. So the right side of a merge
counts, also where it only decides which rows there are, and so does what an encoder, a scaler or another model was
fitted on. What only decides which way the code takes, how many rows there are, where a file lies or how an estimator
is set does not count, nor does data that is looked at, scored or predicted. A file that was written on the way counts
like those that it was made of. Data that was made up in the notebook is ``unknown``.

``python -m tests.accuracy`` prints the figures; the notebooks are in ``notebooks/*.txt``.
"""
