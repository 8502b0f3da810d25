"""table_exactextract.py feature-sequential|raster-sequential INPUTS OUT: the shares of values of one raster in all areas of the sweep as CSV."""
import json
import sys

from exactextract import exact_extract

strategy, inputs, out = sys.argv[1:]
with open(f"{inputs}/sweep.5070.jsonl") as lines:
    features = [
        {"type": "Feature", "id": area["id"], "properties": {"id": area["id"]}, "geometry": area["geometry"]}
        for area in map(json.loads, lines)
    ]

found = exact_extract(
    f"{inputs}/nlcd.tif", features, ["unique", "frac", "count"], include_cols=["id"], strategy=strategy
)
with open(out, "w") as file:
    file.write("id,nlcd,cells\n")
    for feature in found:
        properties = feature["properties"]
        for value, share in zip(properties["unique"], properties["frac"]):
            file.write(f"{feature['id']},{int(value)},{share * properties['count']}\n")
