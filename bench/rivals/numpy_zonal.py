"""Cells of a polygon by the values of two rasters, with numpy and rasterio, by rows of tiles: each row's tiles are decoded once."""
import numpy
import rasterio
from rasterio.features import geometry_window, rasterize
from rasterio.windows import Window

TILE = 512


def open_rasters(inputs):
    return [rasterio.open(f"{inputs}/{name}.tif") for name in ("nlcd", "soil")]


def count(rasters, geometry):
    """Counts by 256 * first value + second value."""
    first, second = rasters
    around = geometry_window(first, [geometry])
    counts = numpy.zeros(1 << 16, numpy.int64)
    top, bottom = around.row_off, around.row_off + around.height
    while top < bottom:
        below = min(bottom, (top // TILE + 1) * TILE)
        window = Window(around.col_off, top, around.width, below - top)
        a, b = first.read(1, window=window), second.read(1, window=window)
        inside = rasterize(
            [geometry], out_shape=a.shape, transform=first.window_transform(window), dtype="uint8"
        ).view(bool)
        codes = a[inside].astype(numpy.uint16) << 8 | b[inside]
        counts += numpy.bincount(codes, minlength=1 << 16)
        top = below
    return counts


def by_values(counts):
    return {f"{code >> 8},{code & 255}": int(counts[code]) for code in numpy.nonzero(counts)[0]}
