"""Writes where PROJ puts a position by each of some PROJ texts.

    python3 make_proj_texts.py ../test     # made with pyproj 3.7.2 (PROJ 9.5.1)
"""
import gzip
import json
import sys
from pathlib import Path

import pyproj
from pyproj import CRS, Transformer

pyproj.network.set_network_enabled(False)
TEXTS = [
    ("+proj=utm +zone=18 +datum=NAD27", (-75.2, 40.1)),
    ("+proj=utm +zone=11 +datum=NAD27 +units=us-ft", (-117.1, 34.2)),
    ("+proj=tmerc +lat_0=0 +lon_0=24 +k=0.9996 +x_0=500000 +datum=GGRS87", (23.9, 38.3)),
    ("+proj=tmerc +lat_0=0 +lon_0=9 +k=1 +x_0=3500000 +datum=potsdam", (9.1, 50.2)),
    ("+proj=lcc +lat_1=36 +lat_0=36 +lon_0=9.9 +k_0=0.999625544 +x_0=500000 +y_0=300000 +datum=carthage", (10.1, 36.4)),
    ("+proj=tmerc +lat_0=0 +lon_0=10.33333333333333 +k=1 +y_0=-5000000 +datum=hermannskogel", (10.6, 47.3)),
    ("+proj=tmerc +lat_0=53.5 +lon_0=-8 +k=1.000035 +x_0=200000 +y_0=250000 +datum=ire65", (-7.2, 53.1)),
    ("+proj=nzmg +lat_0=-41 +lon_0=173 +x_0=2510000 +y_0=6023150 +datum=nzgd49", (174.2, -40.1)),
    ("+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +datum=OSGB36", (-1.5, 52.4)),
    ("+proj=longlat +datum=WGS84 +pm=paris", (3.1, 45.2)),
    ("+proj=longlat +ellps=intl +pm=rome +towgs84=-104.1,-49.1,-9.9,0.971,-2.917,0.714,-11.68", (13.1, 42.2)),
    ("+proj=longlat +ellps=bessel +pm=ferro +towgs84=577,90,463", (15.1, 48.2)),
    ("+proj=laea +lat_0=45 +lon_0=-100 +a=6370997 +b=6370997", (-90.1, 40.2)),
    ("+proj=laea +R_A +lat_0=45 +lon_0=-100 +ellps=GRS80", (-90.1, 40.2)),
    ("+proj=sinu +R=6371007.181", (-75.2, 40.1)),
    ("+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +k=1 +ellps=WGS84", (-60.1, 75.2)),
    ("+proj=stere +lat_0=-90 +k=0.994 +x_0=2000000 +y_0=2000000 +datum=WGS84", (20.1, -75.2)),
    ("+proj=omerc +lat_0=4 +lonc=115 +alpha=53.31582047222222 +k=0.99984 +x_0=590476.87 +y_0=442857.65 +gamma=53.13010236111111 +ellps=evrstSS +towgs84=-679,669,-48", (115.2, 5.1)),
    ("+proj=krovak +lat_0=49.5 +lon_0=24.83333333333333 +alpha=30.28813972222222 +k=0.9999 +ellps=bessel +towgs84=589,76,480", (15.1, 49.7)),
    ("+proj=tmerc +lat_0=0 +lon_0=19 +k=1 +axis=wsu +ellps=WGS84", (19.2, -31.6)),
    ("+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +datum=NAD83 +units=ft", (-75.2, 40.1)),
    ("+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs", (-75.2, 40.1)),
    ("+proj=eqc +lat_ts=30 +ellps=WGS84", (-75.2, 40.1)),
    ("+proj=cass +lat_0=22.3 +lon_0=114.2 +x_0=40243.57 +y_0=34692.57 +a=6378293.645208759 +rf=294.2606763692654 +towgs84=-156,-271,-189", (114.2, 22.4)),
    ("+proj=aeqd +lat_0=52 +lon_0=-97.5 +x_0=8264722.177 +y_0=4867518.353 +ellps=WGS84", (-90.1, 40.2)),
    ("+proj=eqdc +lat_0=39 +lon_0=-96 +lat_1=33 +lat_2=45 +ellps=GRS80", (-75.2, 40.1)),
    ("+proj=robin +lon_0=10 +ellps=WGS84", (-75.2, 40.1)),
    ("+proj=eck6 +ellps=WGS84", (-75.2, 40.1)),
    ("+proj=bonne +lat_1=60 +ellps=WGS84", (-5.2, 50.1)),
    ("+proj=geos +h=35785831 +lon_0=-75 +sweep=x +ellps=GRS80", (-80.2, 30.1)),
    ("+proj=vandg +R=6371000", (10, 20)),
    ("+proj=poly +lat_0=0 +lon_0=-54 +x_0=5000000 +y_0=10000000 +ellps=GRS80", (-50.1, -10.2)),
    ("+proj=gstmerc +lat_0=-21.116666667 +lon_0=55.53333333309 +k_0=1 +x_0=160000 +y_0=50000 +ellps=intl +towgs84=94,-948,-1262", (55.5, -21.1)),
    ("+proj=labrd +lat_0=-18.9 +lon_0=46.43722917 +azi=18.9 +k=0.9995 +x_0=400000 +y_0=800000 +ellps=intl", (46.5, -19)),
    ("+proj=lcc +lat_1=49 +lat_2=44 +lat_0=46.5 +lon_0=3 +x_0=700000 +y_0=6600000 +ellps=GRS80 +to_meter=1000", (2.1, 47.2)),
    ("+proj=somerc +lat_0=46.95240555555556 +lon_0=7.439583333333333 +k_0=1 +x_0=600000 +y_0=200000 +ellps=bessel +towgs84=674.4,15.1,405.3", (8.1, 47.1)),
    ("+proj=cea +lat_ts=30 +ellps=WGS84", (-75.2, 40.1)),
    ("+proj=tmerc +approx +lat_0=0 +lon_0=9 +x_0=3500000 +ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7", (9.1, 50.2)),
    ("+proj=utm +zone=33 +south +ellps=intl +towgs84=-87,-98,-121", (15.1, -10.2)),
    ("+proj=mill +lon_0=10 +R=6371000", (-75.2, 40.1)),
    ("+proj=gnom +lat_0=40 +lon_0=-75 +R=6371000", (-75.2, 40.1)),
    ("+proj=ortho +lat_0=40 +lon_0=-75 +R=6371000", (-75.2, 40.1)),
    ("+proj=tpers +h=1000000 +lat_0=40 +lon_0=-75 +R=6371000", (-75.2, 40.1)),
    ("+proj=qsc +lat_0=0 +lon_0=0 +ellps=WGS84", (10, 20)),
    ("+proj=ob_tran +o_proj=longlat +o_lon_p=-162 +o_lat_p=39.25 +lon_0=180 +R=6371229", (10, 50)),
    ("+proj=etmerc +lon_0=9 +ellps=GRS80", (9.1, 50.2)),
    ("+proj=sterea +lat_0=52.15616055555555 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel +towgs84=565.4,50.3,465.6,-0.4,0.34,-1.88,4.07", (5.1, 52.2)),
    ("+proj=lcc +lat_1=49.83333333333334 +lat_2=51.16666666666666 +lat_0=90 +lon_0=4.367486666666666 +x_0=150000.013 +y_0=5400088.438 +ellps=intl +towgs84=-106.8686,52.2978,-103.7239,0.3366,-0.457,1.8422,-1.2747", (4.4, 50.8)),
    ("+proj=merc +lon_0=110 +k=0.997 +x_0=3900000 +y_0=900000 +ellps=bessel +towgs84=-404,665,-45", (110.3, -6.3)),
]


def sample(text, point):
    transformer = Transformer.from_crs(4326, CRS(f"{text} +type=crs"), always_xy=True)
    return [text, text, [point], [[round(value, 9 if "longlat" in text else 5) for value in transformer.transform(*point)]]]


lines = [json.dumps(sample(text, point), separators=(",", ":")) for text, point in TEXTS]
(Path(sys.argv[1]) / "proj-texts.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
