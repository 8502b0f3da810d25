"""numpy_counts.py opened|kept INPUTS POLYGON REPETITIONS: rasters opened (and so decoded) for every count, or kept open with GDAL's cache."""
import sys

from measure import area, measure
from numpy_zonal import by_values, count, open_rasters

mode, inputs, polygon, repetitions = sys.argv[1:]
geometry = area(inputs, polygon)["geometry"]
kept = open_rasters(inputs)


def counts():
    rasters = kept if mode == "kept" else open_rasters(inputs)
    found = count(rasters, geometry)
    if mode != "kept":
        for raster in rasters:
            raster.close()
    return by_values(found)


measure(counts, int(repetitions))
