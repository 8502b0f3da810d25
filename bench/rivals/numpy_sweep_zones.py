"""numpy_sweep_zones.py INPUTS: the areas of the sweep all at once: zones are rasterized once, then one joint bincount for each row of tiles; prints times, peak memory and counts by area as JSON."""
import json
import resource
import sys
import time

import numpy
import rasterio
from rasterio.features import rasterize
from rasterio.windows import Window

(inputs,) = sys.argv[1:]
with open(f"{inputs}/sweep.5070.jsonl") as lines:
    areas = [json.loads(line) for line in lines]

before, cpu_before = time.perf_counter(), time.process_time()
with rasterio.open(f"{inputs}/nlcd.tif") as nlcd, rasterio.open(f"{inputs}/soil.tif") as soil:
    shapes = ((area["geometry"], number + 1) for number, area in enumerate(areas))
    zones = rasterize(shapes, out_shape=nlcd.shape, transform=nlcd.transform, dtype="uint16")
    # The number of each combination of values, in the order of appearance; -1: it has not appeared.
    numbers = numpy.full(65536, -1, numpy.int32)
    combinations, most = [], 256
    counts = numpy.zeros((len(areas) + 1) * most, numpy.int64)
    for row in range(0, nlcd.height, 512):
        window = Window(0, row, nlcd.width, min(512, nlcd.height - row))
        joint = (nlcd.read(1, window=window).astype(numpy.uint16) << 8) | soil.read(1, window=window)
        known = numbers[joint]
        if known.min() < 0:
            for new in numpy.unique(joint[known < 0]):
                numbers[new] = len(combinations)
                combinations.append(int(new))
            known = numbers[joint]
        codes = zones[row : row + window.height].astype(numpy.int32) * most + known
        counts += numpy.bincount(codes.ravel(), minlength=len(counts))
    results = {area["id"]: {} for area in areas}
    for code in numpy.nonzero(counts)[0]:
        zone, number = divmod(int(code), most)
        if zone > 0:
            a, b = divmod(combinations[number], 256)
            results[areas[zone - 1]["id"]][f"{a},{b}"] = int(counts[code])
measured = {"seconds": time.perf_counter() - before, "cpuSeconds": time.process_time() - cpu_before}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
json.dump({**measured, "peakMebibytes": peak, "results": results}, sys.stdout)
