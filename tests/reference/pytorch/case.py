"""One case of the layer fixtures: inputs drawn by role, outputs kept in the blob. Inputs are not
stored, since `layer-fixtures.ts` draws them again from the case's seed (`inputs.py`)."""

import torch

from inputs import STREAMS, uniform_tensor


class Case:
    """`described` is what the index says of the case besides its seed and outputs."""

    def __init__(self, blob, seed, **described):
        self.blob = blob
        self.seed = seed
        self.index = {"seed": seed, **described, "outputs": {}}

    def draw(self, role, shape, scale=1, shift=0, trained=True):
        values = uniform_tensor(self.seed, STREAMS[role], shape, scale, shift)
        return values.requires_grad_(trained)

    def keep(self, **outputs):
        for name, values in outputs.items():
            self.index["outputs"][name] = {
                "offset": self.blob.add(values),
                "shape": list(values.shape),
            }
        return self.index


def gradients_of(y, dy, *inputs):
    """Gradients of sum(y * dy)."""
    return torch.autograd.grad((y * dy).sum(), inputs)
