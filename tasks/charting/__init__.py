"""The geometry of the board's charts: pure functions from counts and dates to places, which templates draw as SVG.

Places along a row are percentages, everything else is pixels: a picture becomes narrower or wider, its writing never
smaller.
"""
