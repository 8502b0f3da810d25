"""table_numpy.py RASTER AREAS OUT: the cells of a raster in areas (a line of JSON each) as CSV: zones are rasterized once within the box around all areas, then one bincount for each row of tiles."""
import json
import math
import sys

import numpy
import rasterio
from rasterio.features import rasterize
from rasterio.windows import Window

path, path_of_areas, out = sys.argv[1:]
with open(path_of_areas) as lines:
    areas = [json.loads(line) for line in lines]

xs = [x for area in areas for ring in area["geometry"]["coordinates"] for x, _ in ring]
ys = [y for area in areas for ring in area["geometry"]["coordinates"] for _, y in ring]

with rasterio.open(path) as raster:
    left, top = ~raster.transform @ (min(xs), max(ys))
    right, bottom = ~raster.transform @ (max(xs), min(ys))
    left, top = max(0, math.floor(left)), max(0, math.floor(top))
    right, bottom = min(raster.width, math.ceil(right)), min(raster.height, math.ceil(bottom))
    box = Window(left, top, right - left, bottom - top)
    shapes = ((area["geometry"], number + 1) for number, area in enumerate(areas))
    zones = rasterize(shapes, out_shape=(box.height, box.width), transform=raster.window_transform(box), dtype="uint16")
    counts = numpy.zeros((len(areas) + 1) * 256, numpy.int64)
    for row in range(top - top % 512, bottom, 512):
        first, last = max(row, top), min(row + 512, bottom)
        values = raster.read(1, window=Window(left, first, box.width, last - first))
        codes = zones[first - top : last - top].astype(numpy.uint32) * 256 + values
        counts += numpy.bincount(codes.ravel(), minlength=len(counts))

with open(out, "w") as file:
    file.write("id,nlcd,cells\n")
    for code in numpy.nonzero(counts)[0]:
        zone, value = divmod(int(code), 256)
        if zone > 0:
            file.write(f"{areas[zone - 1]['id']},{value},{counts[code]}\n")
