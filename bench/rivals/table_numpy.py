"""table_numpy.py INPUTS OUT: the cells of one raster in all areas of the sweep as CSV: zones are rasterized once, then one bincount for each row of tiles."""
import json
import sys

import numpy
import rasterio
from rasterio.features import rasterize
from rasterio.windows import Window

inputs, out = sys.argv[1:]
with open(f"{inputs}/sweep.5070.jsonl") as lines:
    areas = [json.loads(line) for line in lines]

with rasterio.open(f"{inputs}/nlcd.tif") as raster:
    shapes = ((area["geometry"], number + 1) for number, area in enumerate(areas))
    zones = rasterize(shapes, out_shape=raster.shape, transform=raster.transform, dtype="uint16")
    counts = numpy.zeros((len(areas) + 1) * 256, numpy.int64)
    for top in range(0, raster.height, 512):
        window = Window(0, top, raster.width, min(512, raster.height - top))
        values = raster.read(1, window=window)
        codes = zones[top : top + window.height].astype(numpy.uint32) * 256 + values
        counts += numpy.bincount(codes.ravel(), minlength=len(counts))

with open(out, "w") as file:
    file.write("id,nlcd,cells\n")
    for code in numpy.nonzero(counts)[0]:
        zone, value = divmod(int(code), 256)
        if zone > 0:
            file.write(f"{areas[zone - 1]['id']},{value},{counts[code]}\n")
