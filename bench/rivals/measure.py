"""What the rivals in Python have in common: how often they count, and what they print of it."""
import json
import resource
import sys
import time


def area(inputs, polygon):
    with open(f"{inputs}/polys/{polygon}.5070.geojson") as file:
        return json.load(file)["features"][0]


def measure(count, repetitions):
    """Counts for two seconds to warm files and code, then as often as asked; prints times, peak memory and the last counts as JSON."""
    begun = time.perf_counter()
    counts = count()
    while time.perf_counter() - begun < 2:
        counts = count()
    milliseconds = []
    for _ in range(repetitions):
        before = time.perf_counter()
        counts = count()
        milliseconds.append((time.perf_counter() - before) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    json.dump({"milliseconds": milliseconds, "peakMebibytes": peak, "counts": counts}, sys.stdout)
