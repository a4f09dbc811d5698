"""Fixtures of whole nets: which nets, seeds, batches and rates. `steps.py` says what a step holds;
the loss trajectories here start from the initial weights of `parameters.py`, without any
displacement, and draw a fresh batch for step s from seed s + 1."""

import numpy as np
import torch
from torch.nn import functional as F

from blob import Blob, write_index
from gradients import fingerprint
from inputs import image_batch, label_batch
from networks import W1, Mlp, Pocket, resnet18, resnet32
from parameters import initialise
from steps import (
    Part,
    cross_entropy,
    derpp,
    norms_of,
    parameters_of,
    quantise,
    write_step,
)

STEPS = 20
SNAPSHOTS = (0, 5, 10, 19)
BATCH = 32
RATE = 0.01
INIT_SEED = 1


def train(net, dtype, momentum, layout=torch.contiguous_format, before_step=None):
    """Losses of `STEPS` steps of SGD on `BATCH` fresh images each; `before_step(step, net)` may
    look."""
    net = net.to(dtype).to(memory_format=layout)
    optimiser = torch.optim.SGD(net.parameters(), RATE, momentum=momentum)
    losses = []
    for step in range(STEPS):
        if before_step:
            before_step(step, net)
        x = image_batch(step + 1, BATCH).to(dtype).contiguous(memory_format=layout)
        loss = F.cross_entropy(net(x), label_batch(step + 1, BATCH))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def fresh(make, **options):
    """(net, initial values)."""
    net = make()
    return net, initialise(net, INIT_SEED, **options)


def float32_losses(make, momentum):
    """PyTorch's float32 three times, with three convolution algorithms that round differently:
    oneDNN, PyTorch's own loops, oneDNN on channels-last tensors. How far they spread is chance, so
    one run alone says little of "PyTorch's own error"."""
    runs = []
    for onednn, layout in (
        (True, torch.contiguous_format),
        (False, torch.contiguous_format),
        (True, torch.channels_last),
    ):
        with torch.backends.mkldnn.flags(enabled=onednn):
            runs.append(train(fresh(make)[0], torch.float32, momentum, layout))
    return runs


def describe(net, name, **more):
    return {
        "net": name,
        "initSeed": INIT_SEED,
        "classes": 10,
        "parameters": parameters_of(net),
        "norms": [{"name": n, "channels": m.num_features} for n, m in norms_of(net)],
        **more,
    }


def write_w1():
    """Without norm, two right implementations stay together. The losses of random images say little
    of the first layers (freezing conv1 changes them by 3e-6), so what each parameter moved is kept
    too."""
    blob = Blob()
    net, initial = fresh(W1)
    trajectory = {
        "batch": BATCH,
        "rate": RATE,
        "momentum": 0.9,
        "float64": train(net, torch.float64, 0.9),
        "float32": float32_losses(W1, 0.9),
    }
    moved = [
        fingerprint(name, parameter.detach().numpy() - initial[name])
        for name, parameter in net.named_parameters()
    ]
    trajectory["displacement"] = blob.add(np.concatenate(moved))
    blob.write("w1")
    write_index("w1", describe(net, "w1", trajectory=trajectory, steps=[]))


def write_resnet18():
    blob = Blob()
    net, initial = fresh(resnet18)
    snapshots = {}

    def keep(step, trained):
        if step in SNAPSHOTS:
            snapshots[step] = {n: v.clone() for n, v in trained.state_dict().items()}

    float64 = train(fresh(resnet18)[0], torch.float64, 0, before_step=keep)
    trajectory = {
        "batch": BATCH,
        "rate": RATE,
        "momentum": 0,
        "float64": float64,
        "float32": float32_losses(resnet18, 0),
    }
    steps = []
    for step, state in snapshots.items():
        at = resnet18().double()
        at.load_state_dict(state)
        displacement = quantise(at, initial) if step > 0 else None
        for _, norm in norms_of(at):
            norm.running_mean.copy_(norm.running_mean.float())
            norm.running_var.copy_(norm.running_var.float())
        part = Part(step + 1, BATCH, crossEntropy=1 / BATCH)
        steps.append(write_step(blob, f"step {step}", at, [part], cross_entropy, displacement))

    alpha, beta = 0.1, 0.5
    parts = [
        Part(1, 32, 0, crossEntropy=1 / 32),
        Part(2, 32, 1, mse=alpha / 32),
        Part(3, 32, 2, crossEntropy=beta / 32),
    ]
    start = fresh(resnet18)[0].double()
    steps.append(write_step(blob, "DER++", start, parts, derpp(alpha, beta)))
    parts = [Part(1, 20, crossEntropy=1 / 32), Part(2, 12, crossEntropy=1 / 32)]
    start = fresh(resnet18)[0].double()
    steps.append(write_step(blob, "ER", start, parts, cross_entropy))
    blob.write("resnet18")
    write_index("resnet18", describe(net, "resnet18", trajectory=trajectory, steps=steps))


def write_single_step(name, make, **options):
    """One step on eight images from the initial weights."""
    blob = Blob()
    net, _ = fresh(make, **options)
    part = Part(1, 8, crossEntropy=1 / 8)
    steps = [write_step(blob, "step 0", net.double(), [part], cross_entropy)]
    blob.write(name)
    write_index(name, describe(net, name, steps=steps))


def write_models():
    write_w1()
    write_resnet18()
    write_single_step("mlp", Mlp)
    write_single_step("pocket", Pocket)
    write_single_step("resnet32", resnet32, normal_convolutions=True)
