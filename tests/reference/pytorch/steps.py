"""Fixtures of one training step of a whole net, from given weights: loss, logits, a fingerprint of
every named gradient (`gradients.py`), norm running statistics afterwards. All in PyTorch's float64
from weights that float32 holds exactly, rounded to float32 at the end.

A step's parameters are initial value + displacement, fround(initial + fround(scale * q)) with q
int8 and one scale a tensor, except norm biases, which are stored: they were moved away from ReLU
kinks (`kinks.py`). Without a displacement the parameters are the initial ones, norm biases
apart."""

import copy

import numpy as np
import torch
from torch.nn import functional as F

from gradients import fingerprint
from inputs import image_batch, label_batch, stored_logits
from kinks import kink_margin, move_from_kinks


def norms_of(net):
    """[(name, norm)] in order of definition."""
    return [(n, m) for n, m in net.named_modules() if isinstance(m, torch.nn.BatchNorm2d)]


def parameters_of(net):
    """Description of every parameter for an index, in order."""
    return [{"name": name, "shape": list(p.shape)} for name, p in net.named_parameters()]


def running_statistics(net):
    """Mean, then variance of each norm in order, in one array."""
    parts = [part for _, norm in norms_of(net) for part in (norm.running_mean, norm.running_var)]
    return torch.cat(parts) if parts else torch.zeros(0)


def norm_biases(net):
    parts = [norm.bias.detach() for _, norm in norms_of(net)]
    return torch.cat(parts) if parts else torch.zeros(0)


class Part:
    """Rows of a batch drawn from one seed. `terms` are the loss coefficients of each of its
    rows."""

    def __init__(self, seed, rows, group=0, **terms):
        self.images = image_batch(seed, rows).double()
        self.labels = label_batch(seed, rows)
        self.stored = stored_logits(seed, rows)
        self.group = group
        self.index = {"seed": seed, "rows": rows, "group": group, **terms}


def quantise(net, initial):
    """Sets the parameters of `net` to what the fixture can hold; returns {name: (scale, int8
    array)}."""
    displacement = {}
    norm_biases = {f"{name}.bias" for name, _ in norms_of(net)}
    for name, parameter in net.named_parameters():
        if name in norm_biases:
            with torch.no_grad():
                parameter.copy_(parameter.float())
            continue
        moved = parameter.detach().double().numpy() - initial[name]
        scale = np.float32(np.abs(moved).max() / 127)
        q = np.clip(np.rint(moved / scale), -127, 127).astype(np.int8)
        held = initial[name] + scale * q.astype(np.float32)
        assert held.dtype == np.float32
        displacement[name] = (scale, q)
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(held))
    return displacement


def write_step(blob, name, net, parts, loss_of, displacement=None):
    """One step of a float64 net on `parts`; `loss_of(forward, parts)` is the loss as its paper's
    code computes it. Returns the index entry; leaves `net` as it was, norm biases apart."""
    groups = [
        sum(len(p.labels) for p in parts if p.group == g)
        for g in range(1 + max(p.group for p in parts))
    ]
    rows = torch.cat([part.images for part in parts])
    has_norms = bool(norms_of(net))
    if has_norms:
        move_from_kinks(net, rows, groups)
    margin = kink_margin(net, rows, groups)
    if margin < 2e-5:
        raise RuntimeError(f"{name}: a ReLU input is {margin} from zero")
    entry = {"name": name, "parts": [p.index for p in parts], "kinkMargin": margin}
    if displacement is not None:
        entry["displacement"] = {
            n: {"scale": float(scale), "offset": blob.add(q, "i1")}
            for n, (scale, q) in displacement.items()
        }
        entry["runningBefore"] = blob.add(running_statistics(net))
    if has_norms:
        entry["normBiases"] = blob.add(norm_biases(net))

    net = copy.deepcopy(net).train()
    logits = []

    def forward(x):
        logits.append(net(x))
        return logits[-1]

    loss = loss_of(forward, parts)
    loss.backward()
    fingerprints = [fingerprint(n, p.grad.numpy()) for n, p in net.named_parameters()]
    entry["loss"] = loss.item()
    entry["logits"] = blob.add(torch.cat(logits))
    entry["gradients"] = blob.add(np.concatenate(fingerprints))
    if has_norms:
        entry["runningAfter"] = blob.add(running_statistics(net))
    with torch.no_grad():
        entry["evalLogits"] = blob.add(net.eval()(rows))
    return entry


def cross_entropy(forward, parts):
    """Mean cross-entropy of one concatenated batch: finetune, and ER (mammoth `models/er.py`)."""
    x = torch.cat([part.images for part in parts])
    return F.cross_entropy(forward(x), torch.cat([part.labels for part in parts]))


def derpp(alpha, beta):
    """DER++ (mammoth `models/derpp.py`): three forwards, in this order."""

    def loss(forward, parts):
        current, logits, labels = parts
        total = F.cross_entropy(forward(current.images), current.labels)
        total = total + alpha * F.mse_loss(forward(logits.images), logits.stored)
        return total + beta * F.cross_entropy(forward(labels.images), labels.labels)

    return loss
