"""Versions of what the rivals are made of, as JSON."""
import json
import platform
from importlib.metadata import PackageNotFoundError, version

import rasterio

versions = {"Python": platform.python_version(), "GDAL": rasterio.__gdal_version__}
for name in ("numpy", "rasterio", "exactextract", "rasterstats", "pyogrio"):
    try:
        versions[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(versions))
