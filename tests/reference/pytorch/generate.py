"""Writes every file of `fixtures/`. Run as `python tests/reference/pytorch/generate.py`; see the
README beside this folder for the environment. About a minute on one core."""

import numpy as np
import torch

import layers
import training
from blob import Blob, write_index
from models import INIT_SEED, write_models
from networks import Pocket, resnet32
from parameters import initialise
from rng import fnv1a, hash_below, hash_index, hash_u32, hash_uniform


def write_rng():
    """Draws of the shared RNG and initial parameters, for the tests of their TypeScript
    counterparts."""
    keys = [(0, 0, 0), (1, 7, 0), (1, 7, 1), (2, 8, 3), (0xFFFFFFFF, 1, 0xFFFFFFFF)]
    keys += [(20240 + i, 0x811C9DC5 ^ i, 1 << i) for i in range(0, 32, 4)]
    draws = [
        {
            "key": list(key),
            "u32": int(hash_u32(*key)[0]),
            "uniform": float(hash_uniform(*key)[0]),
            "below10": int(hash_below(*key, 10)[0]),
            "index1000003": int(hash_index(*key, 1000003)[0]),
        }
        for key in keys
    ]
    names = ["", "a", "conv1.weight", "layer1.0.conv1.weight", "layer4.1.bn2.bias", "Gewicht ä"]
    wanted = [
        ("pocket", Pocket(), False, ["conv2.weight", "bn1.weight", "bn1.bias"]),
        ("pocket", Pocket(), False, ["classifier.weight", "classifier.bias"]),
        ("resnet32", resnet32(), True, ["layer2.0.shortcut.0.weight", "layer3.4.conv2.weight"]),
        ("resnet32", resnet32(), True, ["classifier.weight"]),
    ]
    parameters = []
    for name, net, normal, tensors in wanted:
        initial = initialise(net, INIT_SEED, normal)
        for tensor in tensors:
            flat = initial[tensor].ravel()
            entries = np.unique(np.linspace(0, flat.size - 1, 16).astype(int))
            parameters.append(
                {
                    "net": name,
                    "name": tensor,
                    "shape": list(initial[tensor].shape),
                    "seed": INIT_SEED,
                    "entries": entries.tolist(),
                    "values": flat[entries].tolist(),
                    "sum": float(flat.astype(np.float64).sum()),
                }
            )
    streams = [{"name": name, "stream": fnv1a(name)} for name in names]
    write_index("rng", {"draws": draws, "streams": streams, "parameters": parameters})


def write_layers():
    """Every case of `layers.py` and `training.py`, in one fixture."""
    blob = Blob()
    makers = {
        "convolution": layers.convolution_cases,
        "linear": layers.linear_cases,
        "batchNorm": layers.batch_norm_cases,
        "batchNormEval": layers.batch_norm_eval_cases,
        "pointwise": layers.pointwise_cases,
        "averagePool": layers.average_pool_cases,
        "rowLoss": training.row_loss_cases,
        "optimiser": training.optimiser_cases,
        "augment": training.augment_cases,
    }
    index = {name: list(make(blob)) for name, make in makers.items()}
    blob.write("layers")
    write_index("layers", index)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    write_rng()
    write_layers()
    write_models()
