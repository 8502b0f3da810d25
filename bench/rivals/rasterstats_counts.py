"""rasterstats_counts.py INPUTS POLYGON REPETITIONS: one raster by its values, by the centres of cells."""
import sys

from measure import area, measure
from rasterstats import zonal_stats

inputs, polygon, repetitions = sys.argv[1:]
geometry = area(inputs, polygon)["geometry"]


def counts():
    (found,) = zonal_stats([geometry], f"{inputs}/nlcd.tif", categorical=True)
    return {str(int(value)): int(cells) for value, cells in found.items() if isinstance(value, (int, float)) or str(value).isdigit()}


measure(counts, int(repetitions))
