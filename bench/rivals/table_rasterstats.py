"""table_rasterstats.py RASTER AREAS OUT: the cells of a raster in areas (a line of JSON each) as CSV."""
import json
import sys

from rasterstats import gen_zonal_stats

raster, path, out = sys.argv[1:]
with open(path) as lines:
    areas = [json.loads(line) for line in lines]

with open(out, "w") as file:
    file.write("id,nlcd,cells\n")
    geometries = (area["geometry"] for area in areas)
    for area, counts in zip(areas, gen_zonal_stats(geometries, raster, categorical=True)):
        for value, cells in counts.items():
            if isinstance(value, (int, float)):
                file.write(f"{area['id']},{int(value)},{cells}\n")
