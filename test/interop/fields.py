"""fields.py FILE RINGS: writes polygons in degrees into a file in another CRS, with their names as `code`. RINGS is JSON."""
import json
import sys

import geopandas
from shapely import Polygon

path, rings = sys.argv[1], json.loads(sys.argv[2])
fields = geopandas.GeoDataFrame({"code": list(rings)}, geometry=[Polygon(ring) for ring in rings.values()], crs=4326)
fields.to_crs(5070).to_file(path)
print("null")
