"""What is made of a call that came back, by the act that its row names: one module per noun.

Each finds out where the bytes lie and what went in, tells `Provenance` what was made, and the `Recorder` the use.
"""
