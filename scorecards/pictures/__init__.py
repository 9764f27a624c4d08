"""Charts with their words: what a page or PDF shows around a drawing.

`scorecards.charts` knows where things are drawn; here they get the reader's language, a legend,
a description and a table of the same numbers. The data comes in as plain values.
"""
