"""table_rasterstats.py INPUTS OUT: the cells of one raster in all areas of the sweep as CSV."""
import json
import sys

from rasterstats import gen_zonal_stats

inputs, out = sys.argv[1:]
with open(f"{inputs}/sweep.5070.jsonl") as lines:
    areas = [json.loads(line) for line in lines]

with open(out, "w") as file:
    file.write("id,nlcd,cells\n")
    geometries = (area["geometry"] for area in areas)
    for area, counts in zip(areas, gen_zonal_stats(geometries, f"{inputs}/nlcd.tif", categorical=True)):
        for value, cells in counts.items():
            if isinstance(value, (int, float)):
                file.write(f"{area['id']},{int(value)},{cells}\n")
