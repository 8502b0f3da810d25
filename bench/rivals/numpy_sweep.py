"""numpy_sweep.py opened|kept INPUTS: the areas of the sweep one after another; prints times, peak memory and counts by area as JSON."""
import json
import resource
import sys
import time

from numpy_zonal import by_values, count, open_rasters

mode, inputs = sys.argv[1:]
with open(f"{inputs}/sweep.5070.jsonl") as lines:
    areas = [json.loads(line) for line in lines]

rasters = open_rasters(inputs)
results = {}
before, cpu_before = time.perf_counter(), time.process_time()
for one in areas:
    if mode == "opened":
        for raster in rasters:
            raster.close()
        rasters = open_rasters(inputs)
    results[one["id"]] = by_values(count(rasters, one["geometry"]))
measured = {"seconds": time.perf_counter() - before, "cpuSeconds": time.process_time() - cpu_before}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
json.dump({**measured, "peakMebibytes": peak, "results": results}, sys.stdout)
