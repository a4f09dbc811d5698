"""Writes a fixture: an index (`<name>.json`) beside its numbers (`<name>.bin.gz`, little-endian,
every tensor at a multiple of four bytes). Binary because base64 inside JSON would be a third
larger, and compressed because steps of int8 are far from uniform."""

import gzip
import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"


class Blob:
    """Tensors in the order in which they were added."""

    def __init__(self):
        self.chunks = []
        self.size = 0

    def add(self, values, dtype="<f4"):
        """Appends a tensor or array in row-major order; returns its byte offset."""
        if hasattr(values, "detach"):
            values = values.detach().numpy()
        array = np.ascontiguousarray(values)
        if not np.isfinite(array).all():
            raise ValueError("a fixture holds finite numbers")
        data = array.astype(dtype).tobytes()
        data += bytes(-len(data) % 4)
        offset = self.size
        self.chunks.append(data)
        self.size += len(data)
        return offset

    def write(self, name):
        """Writes `fixtures/<name>.bin.gz`; no time stamp, so that equal numbers give equal
        bytes."""
        data = gzip.compress(b"".join(self.chunks), compresslevel=9, mtime=0)
        (FOLDER / f"{name}.bin.gz").write_bytes(data)


def write_index(name, index):
    """Writes `fixtures/<name>.json`; floats keep every digit that float64 needs."""
    (FOLDER / f"{name}.json").write_text(json.dumps(index, indent=1) + "\n")
