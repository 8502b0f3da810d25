"""Reads what a PROJ pipeline does to a datum."""
import re

import numpy as np

SECOND = np.pi / 180 / 3600
# A pipeline that leaves latitude and longitude as they are.
NO_STEP = "none"
# A pipeline with steps that proj4 does not know.
OTHER_STEP = "!"
OTHER_STEPS = {"geogoffset", "affine", "hgridshift", "gridshift", "tinshift", "defmodel", "xyzgridshift", "deformation"}


def linear(step):
    """A step as matrix and translation, as proj4js and PROJ compute it."""
    values = dict(re.findall(r"(\w+)=([-\w.+]+)", step))
    value = lambda name: float(values.get(name, 0))
    sign = -1 if values.get("convention") == "coordinate_frame" else 1
    rx, ry, rz = (sign * value(name) * SECOND for name in ("rx", "ry", "rz"))
    matrix = (1 + value("s") * 1e-6) * np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
    translation = np.array([value("x"), value("y"), value("z")])
    if values["proj"] == "molobadekas":
        pivot = np.array([value("px"), value("py"), value("pz")])
        translation = translation + pivot - matrix @ pivot
    if step.startswith("inv "):
        inverse = np.linalg.inv(matrix)
        return inverse, -inverse @ translation
    return matrix, translation


def shift_of(definition):
    """The shift of a pipeline from WGS 84 as the three or seven numbers of +towgs84; None if it has steps of another kind."""
    steps = [step.strip() for step in definition.split("step ")]
    names = [found.group(1) for step in steps if (found := re.search(r"proj=(\w+)", step))]
    if OTHER_STEPS & set(names) or re.search(r"inv proj=longlat \S+ pm=", definition):
        return None
    if "cart" not in names:
        return NO_STEP
    matrix, translation = np.eye(3), np.zeros(3)
    for step in steps:
        if re.search(r"proj=(helmert|molobadekas)", step):
            m, t = linear(step)
            matrix, translation = m @ matrix, m @ translation + t
    matrix = np.linalg.inv(matrix)
    translation = -matrix @ translation
    scale = np.cbrt(np.linalg.det(matrix))
    turn = matrix / scale
    turns = [(turn[2, 1] - turn[1, 2]) / 2, (turn[0, 2] - turn[2, 0]) / 2, (turn[1, 0] - turn[0, 1]) / 2]
    numbers = [round(float(v), 4) for v in translation] + [round(float(v) / SECOND, 7) for v in turns]
    numbers.append(round((float(scale) - 1) * 1e6, 6))
    if not any(numbers[3:]):
        numbers = numbers[:3]
    if not any(numbers):
        return "0"
    return ",".join(f"{value + 0:.10g}" for value in numbers)
