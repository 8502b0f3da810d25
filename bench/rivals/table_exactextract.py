"""table_exactextract.py feature-sequential|raster-sequential RASTER AREAS OUT: the shares of a raster's values in areas (a line of JSON each) as CSV."""
import json
import sys

from exactextract import exact_extract

strategy, raster, areas, out = sys.argv[1:]
with open(areas) as lines:
    features = [
        {"type": "Feature", "id": area["id"], "properties": {"id": area["id"]}, "geometry": area["geometry"]}
        for area in map(json.loads, lines)
    ]

found = exact_extract(
    raster, features, ["unique", "frac", "count"], include_cols=["id"], strategy=strategy
)
with open(out, "w") as file:
    file.write("id,nlcd,cells\n")
    for feature in found:
        properties = feature["properties"]
        for value, share in zip(properties["unique"], properties["frac"]):
            file.write(f"{feature['id']},{int(value)},{share * properties['count']}\n")
