"""numpy_sweep.py opened|kept INPUTS: the areas of the sweep one after another; prints times, peak memory and counts by area as JSON."""
import json
import resource
import sys
import time

from numpy_zonal import by_values, count, open_rasters

mode, inputs = sys.argv[1:]
with open(f"{inputs}/sweep.5070.jsonl") as lines:
    areas = [json.loads(line) for line in lines]



def opened_anew(rasters):
    """The rasters again, with nothing of them in memory."""
    for raster in rasters:
        raster.close()
    return open_rasters(inputs)


# Others count for as long before they are timed.
rasters = open_rasters(inputs)
begun = time.perf_counter()
for one in areas:
    if time.perf_counter() - begun > 2:
        break
    by_values(count(rasters, one["geometry"]))
rasters = opened_anew(rasters)

results = {}
before, cpu_before = time.perf_counter(), time.process_time()
for one in areas:
    if mode == "opened":
        rasters = opened_anew(rasters)
    results[one["id"]] = by_values(count(rasters, one["geometry"]))
measured = {"seconds": time.perf_counter() - before, "cpuSeconds": time.process_time() - cpu_before}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
json.dump({**measured, "peakMebibytes": peak, "results": results}, sys.stdout)
