"""pictures.py FOLDER: writes rasters in several CRSs, and prints as JSON how GDAL warps tiles of a web map of them, by nearest neighbour.

Of each tile, `values` are the cells in which its pixels lie by PROJ, 0 for no data, and `warped` are those of GDAL's warp, which is an eighth of a pixel
off; `level` is the overview that has them, -1 for the raster itself.
"""
import json
import math
import sys

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.transform import from_bounds, from_origin
from rasterio.warp import reproject
from rasterio.warp import transform as transform_points

folder = sys.argv[1]
half = math.pi * 6378137
cases = {
    "albers": ("EPSG:5070", from_origin(1_500_000, 2_100_000, 30, 30), 700, 600),
    "degrees": ("EPSG:4326", from_origin(-76, 41, 0.001, 0.0008), 500, 700),
    "around": ("EPSG:4326", from_origin(0, 90, 0.5, 0.5), 720, 360),
    "utm": ("EPSG:32618", from_origin(400_000, 4_500_000, 25, 25), 640, 512),
    "mercator": ("EPSG:3857", from_origin(-8_400_000, 4_900_000, 37.3, 41.1), 600, 500),
    "polar": ("EPSG:3413", from_origin(-2_000_000, -500_000, 2500, 2500), 900, 800),
}
tiled = {"driver": "GTiff", "count": 1, "dtype": "uint8", "nodata": 0, "tiled": True, "blockxsize": 128, "blockysize": 128, "compress": "deflate"}


def tile_of(longitude, latitude, zoom):
    n = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return [zoom, int((longitude + 180) / 360 * n) % n, int(y * n)]


def places_of(tile, source):
    """The cells of a raster in which the centres of pixels lie, each by PROJ; GDAL's own warp may be an eighth of a pixel off."""
    zoom, x, y = tile
    side = 2 * half / 2**zoom
    pixels = (np.arange(256) + 0.5) * side / 256
    xs, ys = np.meshgrid(x * side - half + pixels, half - y * side - pixels)
    columns, rows = ~source.transform @ np.array(transform_points("EPSG:3857", source.crs, xs.ravel(), ys.ravel()))
    goes_around = source.crs.is_geographic and source.bounds.right - source.bounds.left == 360
    return columns % source.width if goes_around else columns, rows


def exactly(path, tile):
    """The values of a tile by nearest neighbour, of the overview whose cells are as large as pixels or smaller."""
    with rasterio.open(path) as source:
        columns, rows = (part.reshape(256, 256) for part in places_of(tile, source))
    (down_x, right_x), (down_y, right_y) = np.gradient(columns), np.gradient(rows)
    cells = np.median(np.sqrt(np.abs(right_x * down_y - down_x * right_y)))
    level = 1 if cells >= 4 else 0 if cells >= 2 else -1
    with rasterio.open(path, **({} if level < 0 else {"overview_level": level})) as source:
        columns, rows = (np.floor(part).astype(int) for part in places_of(tile, source))
        cells = source.read(1)
    inside = (columns >= 0) & (columns < cells.shape[1]) & (rows >= 0) & (rows < cells.shape[0])
    values = np.zeros(256 * 256, int)
    values[inside] = cells[rows[inside], columns[inside]]
    return level, values


def warped(path, tile, level):
    zoom, x, y = tile
    side = 2 * half / 2**zoom
    west, north = x * side - half, half - y * side
    place = from_bounds(west, north - side, west + side, north, 256, 256)
    with rasterio.open(path, **({} if level < 0 else {"overview_level": level})) as source:
        cells, own, crs = source.read(1), source.transform, source.crs
    values = np.zeros((256, 256), np.uint8)
    how = {"src_transform": own, "src_crs": crs, "dst_transform": place, "dst_crs": "EPSG:3857", "src_nodata": 0, "dst_nodata": 0}
    reproject(cells, values, **how, resampling=Resampling.nearest)
    return values.ravel()


found = []
random = np.random.default_rng(7)
for name, (crs, place, width, height) in cases.items():
    path = f"{folder}/{name}.tif"
    with rasterio.open(path, "w", crs=crs, transform=place, width=width, height=height, **tiled) as dataset:
        # Holes, and any value but 0 elsewhere.
        cells = random.integers(1, 251, (height, width), dtype=np.uint8)
        cells[random.random((height, width)) < 0.05] = 0
        dataset.write(cells, 1)
    with rasterio.open(path, "r+") as dataset:
        dataset.build_overviews([2, 4], Resampling.nearest)
    for share_x, share_y in [(0.5, 0.5), (0.02, 0.03), (0.97, 0.6)]:
        (longitude,), (latitude,) = transform_points(crs, "EPSG:4326", *[[v] for v in place @ (width * share_x, height * share_y)])
        if abs(latitude) > 84:
            continue
        cell = place.a * (111_320 * math.cos(math.radians(latitude)) if crs == "EPSG:4326" else 1)
        # The zoom at which pixels are about as large as cells.
        finest = math.ceil(math.log2(156_543.034 * math.cos(math.radians(latitude)) / cell))
        for zoom in range(max(0, finest - 3), finest + 2):
            tile = tile_of(longitude, latitude, zoom)
            level, values = exactly(path, tile)
            near = warped(path, tile, level)
            found.append({"name": name, "tile": tile, "level": level, "values": values.tolist(), "warped": near.tolist()})
json.dump(found, sys.stdout)
