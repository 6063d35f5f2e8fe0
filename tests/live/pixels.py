# SPDX-License-Identifier: Apache-2.0
"""Reads numbers back from the screen: the colour of each cell is looked up in the legend that is drawn beside the grid."""
import numpy as np


def rectangle(picture, item):
    x, y, w, h = (int(round(item[name])) for name in ("x", "y", "w", "h"))
    return picture[y:y + h, x:x + w].astype(np.int32)


def cell_colours(picture, cells, size):
    """[size, size, 3]: the colour of each cell, all being in view; beside its centre, where a number may stand."""
    span = cells["range"]
    assert span["left"] == 0 and span["top"] == 0 and span["cols"] == size and span["rows"] == size, span
    places = (np.arange(size) + 0.2) / size
    columns = np.int32(cells["x"] + places * cells["w"])
    rows = np.int32(cells["y"] + places * cells["h"])
    return picture[np.ix_(rows, columns)].astype(np.int32)


def values_of(colours, gradient, low, high):
    """The number behind each colour, by the nearest colour of the legend; also the worst colour distance met."""
    scale = rectangle_line(gradient)
    distance = np.abs(colours[..., None, :] - scale).sum(axis=-1)
    nearest = distance.argmin(axis=-1)
    return low + (high - low) * nearest / (len(scale) - 1), int(distance.min(axis=-1).max())


def rectangle_line(gradient):
    """The legend's middle line without its frame: [pixels, 3], low first."""
    return gradient[gradient.shape[0] // 2, 1:-1]
