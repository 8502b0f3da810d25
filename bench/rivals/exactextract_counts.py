"""exactextract_counts.py INPUTS POLYGON REPETITIONS: one raster by its values, each cell by the share of it that is covered."""
import sys

from exactextract import exact_extract
from measure import area, measure

inputs, polygon, repetitions = sys.argv[1:]
feature = area(inputs, polygon)


def counts():
    (found,) = exact_extract(f"{inputs}/nlcd.tif", [feature], ["unique", "frac", "count"])
    properties = found["properties"]
    return {
        str(int(value)): float(share * properties["count"])
        for value, share in zip(properties["unique"], properties["frac"])
    }


measure(counts, int(repetitions))
