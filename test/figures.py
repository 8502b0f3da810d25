"""What rasterstats says of cells by their centres, and exactextract by their shares, of a raster in a shape.

    pip install rasterio==1.4.4 rasterstats==0.21.0 exactextract==0.3.0 shapely numpy
"""

import math

import numpy as np
import rasterio
from exactextract import exact_extract
from rasterio.warp import transform_geom
from rasterstats import zonal_stats

quantiles = [0, 0.1, 0.25, 0.9, 1]


def star(bounds, reach, points):
    """A star in the middle of the bounds; its points reach so far (of half the bounds)."""
    west, south, east, north = bounds
    ring = []
    for i in range(2 * points):
        angle = math.pi * i / points + 0.1
        radius = reach * (1 if i % 2 == 0 else 0.45) / 2
        x = (west + east) / 2 + radius * (east - west) * math.cos(angle)
        y = (south + north) / 2 + radius * (north - south) * math.sin(angle)
        ring.append([round(x, 6), round(y, 6)])
    return [ring + ring[:1]]


def plain(value):
    return value.item() if isinstance(value, np.generic) else value


def centre(path, shape):
    names = ["count", "min", "max", "mean", "sum", "std", "median", "majority", "minority", "unique", "range"]
    percentiles = [f"percentile_{100 * q:g}" for q in quantiles]
    # In doubles: of float32 values rasterstats would make float32 sums.
    with rasterio.open(path) as raster:
        values, nodata, affine = raster.read(1).astype("float64"), raster.nodata, raster.transform
    (found,) = zonal_stats([shape], values, affine=affine, nodata=nodata, stats=names + percentiles)
    return {
        "count": found["count"],
        "sum": found["sum"],
        "mean": found["mean"],
        "min": found["min"],
        "max": found["max"],
        "range": found["range"],
        "standardDeviation": found["std"],
        "median": found["median"],
        "quantiles": [found[name] for name in percentiles],
        "mode": found["majority"],
        "minority": found["minority"],
        "variety": found["unique"],
    }


def fraction(path, weights, shape):
    names = {
        "count": "count",
        "sum": "sum",
        "mean": "mean",
        "min": "min",
        "max": "max",
        "variance": "variance",
        "standardDeviation": "stdev",
        "coefficientOfVariation": "coefficient_of_variation",
        "median": "median",
        "mode": "mode",
        "minority": "minority",
        "variety": "variety",
    }
    weighted = {
        "weightedSum": "weighted_sum",
        "weightedMean": "weighted_mean",
        "weightedVariance": "weighted_variance",
        "weightedStandardDeviation": "weighted_stdev",
    }
    operations = [f"{name}={operation}" for name, operation in names.items()]
    operations += [f"quantile(q={q})" for q in quantiles]
    if weights is not None:
        operations += [f"{name}={operation}" for name, operation in weighted.items()]
    feature = {"type": "Feature", "geometry": shape, "properties": {}}
    (found,) = exact_extract(str(path), [feature], operations, weights=weights and str(weights))
    found = {name: plain(value) for name, value in found["properties"].items()}
    return {
        **{name: found[name] for name in names},
        "quantiles": [found[f"quantile_{100 * q:g}"] for q in quantiles],
        **({name: found[name] for name in weighted} if weights is not None else {}),
    }


def described(folder, name, weights, lon_lat):
    """Vertices are projected as they are, without any between them; `weights` is another raster of the same grid, or None."""
    with rasterio.open(folder / name) as raster:
        crs = raster.crs
    # NAD 83 is taken for WGS 84.
    shape = lon_lat if crs.is_geographic else transform_geom("EPSG:4326", crs, lon_lat)
    return {
        "raster": name,
        "weights": weights,
        "centre": centre(folder / name, shape),
        "fraction": fraction(folder / name, weights and folder / weights, shape),
    }
