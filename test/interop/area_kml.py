"""area_kml.py FOLDER: writes KML with all kinds of peculiarities, and prints as JSON how GDAL reads the placemarks of each that have an area."""
import json
import os
import struct
import sys
import warnings
import zipfile

import numpy as np
from pyogrio import list_layers, raw

warnings.filterwarnings("ignore")
folder = sys.argv[1]
cases = []
# Fields that GDAL makes of other elements.
own = ("id", "altitudeMode", "icon", "snippet")


def case(title, path, asked=None):
    """Notes a file, and GDAL's reading of all of its layers. Types of areas: 3, 6 and 7, with heights 1000 or 2^31 more."""
    rows = []
    for layer, _ in list_layers(path):
        meta, _, geometry, columns = raw.read(path, layer=layer)
        fields = dict(zip(meta["fields"], columns))
        for i, shape in enumerate(geometry):
            texts = {name.lower(): column[i] for name, column in fields.items() if isinstance(column[i], str) and column[i] and name not in own}
            if shape is not None and (struct.unpack("<I", shape[1:5])[0] & 0xFFFF) % 1000 in (3, 6, 7):
                rows.append({"texts": texts, "geometry": shape.hex()})
    cases.append({"title": title, "path": asked or path, "rows": rows})


def text_case(title, text, encoding="utf-8"):
    path = os.path.join(folder, f"{len(cases)}.kml")
    with open(path, "wb") as file:
        file.write(text.encode(encoding))
    case(title, path)
    return path


def coordinates(west, south, size, after="", comma=",", blank=" "):
    corners = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    return blank.join(f"{west + x}{comma}{south + y}{after}" for x, y in corners)


def boundary(kind, *place, **form):
    return f"<{kind}BoundaryIs><LinearRing><coordinates>{coordinates(*place, **form)}</coordinates></LinearRing></{kind}BoundaryIs>"


def polygon(west, holes=0, **form):
    inner = "".join(boundary("inner", west + 0.1 + 0.3 * i, 40.1, 0.2, **form) for i in range(holes))
    return f"<Polygon>{boundary('outer', west, 40, 1, **form)}{inner}</Polygon>"


def placemark(name, geometry, more=""):
    return f"<Placemark><name>{name}</name>{more}{geometry}</Placemark>"


def document(inside, first='<?xml version="1.0" encoding="UTF-8"?>'):
    return f'{first}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>All</name>{inside}</Document></kml>'


plain = placemark("one", polygon(-75)) + placemark("two", polygon(10, 2))
first = text_case("polygons with and without holes", document(plain))
text_case("heights", document(placemark("high", polygon(-75, 1, after=",12.5"))))
text_case("heights of some positions", document(placemark("some", polygon(-75).replace("-75,40 ", "-75,40,3 ", 1))))
text_case("positions on lines of their own", document(placemark("lines", polygon(-75, 1, after=",0", blank="\n\t\t  "))))
text_case("many digits", document(placemark("digits", polygon(-75.12345678901234))))
text_case("folders in folders", document(f"<Folder><name>A</name>{placemark('a', polygon(1))}<Folder><name>B</name>{placemark('b', polygon(3))}"
                                         f"</Folder></Folder>{placemark('c', polygon(5))}"))
text_case("several polygons in one", document(placemark("many", f"<MultiGeometry>{polygon(1)}{polygon(3, 1)}</MultiGeometry>")))
text_case("points and lines beside polygons", document(
    placemark("mixed", f"<MultiGeometry><Point><coordinates>1,2</coordinates></Point>{polygon(3)}<LineString><coordinates>1,2 3,4</coordinates>"
                       "</LineString></MultiGeometry>") + placemark("point", "<Point><coordinates>1,2</coordinates></Point>") + placemark("none", "")
    + placemark("area", polygon(7))))
text_case("names with entities and marked text", document(placemark("A &amp; B &#228;", polygon(1), "<description><![CDATA[<b>bold</b> & more]]></description>")))
text_case("other alphabets", document(placemark("区域 Ä", polygon(1), "<description>描述</description>")))
text_case("ISO-8859-1", document(placemark("Flüsse", polygon(1)), '<?xml version="1.0" encoding="ISO-8859-1"?>'), "latin-1")
text_case("a mark of UTF-8", document(plain), "utf-8-sig")
text_case("no declaration", document(plain, ""))
text_case("KML 2.1", document(plain).replace("http://www.opengis.net/kml/2.2", "http://earth.google.com/kml/2.1"))
text_case("a placemark alone", f'<kml xmlns="http://www.opengis.net/kml/2.2">{placemark("alone", polygon(1))}</kml>')
text_case("styles, views and comments", document(f"<Style id='s'><LineStyle><width>2</width></LineStyle></Style><!-- note -->"
                                                 f"{placemark('styled', polygon(1), '<styleUrl>#s</styleUrl><LookAt><longitude>1</longitude></LookAt>')}"))

schema = "<Schema name='s' id='s'><SimpleField name='owner' type='string'/><SimpleField name='soil' type='string'/></Schema>"
data = "<ExtendedData><SchemaData schemaUrl='#s'><SimpleData name='owner'>A &amp;amp; B</SimpleData><SimpleData name='soil'>ß</SimpleData></SchemaData></ExtendedData>"
text_case("data of a schema", document(schema + placemark("typed", polygon(1), data)))
data = "<ExtendedData><Data name='owner'><displayName>Owner</displayName><value>A</value></Data><Data name='soil'><value>B</value></Data></ExtendedData>"
text_case("data without a schema", document(placemark("untyped", polygon(1), data)))

archive = os.path.join(folder, "doc.kmz")
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
    file.write(first, "doc.kml")
case("KMZ", f"/vsizip/{archive}/doc.kml", archive)

path = os.path.join(folder, "written.kml")
_, _, shapes, _ = raw.read(first)
names = np.array(["first", "second"], dtype=object)
raw.write(path, shapes, [names, np.array(["3.5", "4"], dtype=object)], np.array(["Name", "area"], dtype=object), driver="KML", crs="EPSG:4326", geometry_type="Unknown")
case("KML of GDAL", path)
json.dump(cases, sys.stdout)
