"""Fixtures of what surrounds the layers in a training step: loss, optimisers, augmentation. As in
`layers.py`, from float64, rounded to float32."""

import torch
from torch.nn import functional as F

from case import Case
from inputs import CIFAR10_MEAN, CIFAR10_STD, image_bytes, label_batch


def row_loss_cases(blob):
    def row(cross_entropy=0.0, mse=0.0, kl=0.0, temperature=1.0, mask=None):
        return {
            "crossEntropy": cross_entropy,
            "mse": mse,
            "kl": kl,
            "temperature": temperature,
            "mask": mask,
        }

    task = "0011100"
    cases = [
        (10, [row(cross_entropy=1 / 5)] * 5),
        (7, [row(cross_entropy=1 / 8, mask=task)] * 8),
        (10, [row(mse=0.1 / 8)] * 8),
        (12, [row(kl=1 / 5, temperature=2.0)] * 5),
        (
            7,
            [
                row(cross_entropy=0.25),
                row(cross_entropy=0.25, mask=task),
                row(mse=0.3),
                row(cross_entropy=0.5, mse=0.1),
                row(),
                row(kl=0.7, temperature=2.0),
                row(cross_entropy=0.2, mask=task, kl=1.5, temperature=4.0),
                row(cross_entropy=1.0, mse=0.3, kl=0.2, temperature=0.5, mask="1010101"),
                row(),
                row(cross_entropy=0.1, mask="0000001"),
                row(),
            ],
        ),
        (17, [row(cross_entropy=1 / 3, mse=1 / 3)] * 3),
    ]
    for i, (classes, rows) in enumerate(cases):
        n, seed = len(rows), 600 + i
        case = Case(blob, seed, classes=classes, rows=rows)
        logits = case.draw("logits", (n, classes), scale=4)
        target = case.draw("target", (n, classes), scale=4, trained=False)
        labels, losses, correct = label_batch(seed, n, classes).tolist(), [], []
        for r, terms in enumerate(rows):
            mask = torch.tensor([bit == "1" for bit in terms["mask"] or "1" * classes])
            # A label that the mask excludes is no label: take the next class that it allows.
            while not mask[labels[r]]:
                labels[r] = (labels[r] + 1) % classes
            scores = logits[r].masked_fill(~mask, float("-inf"))
            t = terms["temperature"]
            losses.append(
                terms["crossEntropy"] * F.cross_entropy(scores, torch.tensor(labels[r]))
                + terms["mse"] * F.mse_loss(logits[r], target[r])
                + terms["kl"]
                * t**2
                * F.kl_div(
                    F.log_softmax(logits[r] / t, 0), F.softmax(target[r] / t, 0), reduction="sum"
                )
            )
            live = terms["crossEntropy"] + terms["mse"] + terms["kl"] > 0
            correct.append(int(live and scores.argmax().item() == labels[r]))
        loss = torch.stack(losses)
        case.index["labels"], case.index["correct"] = labels, correct
        yield case.keep(loss=loss, dlogits=torch.autograd.grad(loss.sum(), logits)[0])


def optimiser_cases(blob):
    size, steps = 17, 3
    settings = [
        ("sgd", {"rate": 0.1, "momentum": 0.0, "weightDecay": 0.0}),
        ("sgd", {"rate": 0.1, "momentum": 0.0, "weightDecay": 0.01}),
        ("sgd", {"rate": 0.05, "momentum": 0.9, "weightDecay": 0.0}),
        ("sgd", {"rate": 0.05, "momentum": 0.9, "weightDecay": 0.01}),
        ("adam", {"rate": 0.001, "weightDecay": 0.0}),
        ("adam", {"rate": 0.01, "weightDecay": 0.01}),
    ]
    for i, (kind, options) in enumerate(settings):
        case = Case(blob, 700 + i, kind=kind, size=size, steps=steps, **options)
        weight = torch.nn.Parameter(case.draw("weight", (size,), trained=False))
        gradient = case.draw("gradient", (steps, size), trained=False)
        decay = options["weightDecay"]
        if kind == "sgd":
            optimiser = torch.optim.SGD(
                [weight], options["rate"], momentum=options["momentum"], weight_decay=decay
            )
        else:
            optimiser = torch.optim.Adam([weight], options["rate"], weight_decay=decay)
        weights = []
        for step in range(steps):
            weight.grad = gradient[step].clone()
            optimiser.step()
            weights.append(weight.detach().clone())
        outputs = {"weight": torch.stack(weights)}
        for name, key in (
            ("momentum", "momentum_buffer"),
            ("first", "exp_avg"),
            ("second", "exp_avg_sq"),
        ):
            if optimiser.state[weight].get(key) is not None:
                outputs[name] = optimiser.state[weight][key]
        yield case.keep(**outputs)


def augment_cases(blob):
    """RandomCrop(32, padding=4), RandomHorizontalFlip, ToTensor, Normalize with the draws given:
    [rows down, columns right, flipped] of the crop within the padded 40x40 image."""
    draws = [[0, 0, 1], [8, 8, 0], [4, 4, 1], [1, 6, 0]]
    case = Case(blob, 800, size=32, padding=4, draws=draws)
    outputs = []
    for image, (down, right, flip) in zip(torch.from_numpy(image_bytes(800, len(draws))), draws):
        crop = F.pad(image, (4, 4, 4, 4))[:, down : down + 32, right : right + 32]
        crop = crop.flip(2) if flip else crop
        mean, std = (
            torch.tensor(v, dtype=torch.float64).reshape(3, 1, 1)
            for v in (CIFAR10_MEAN, CIFAR10_STD)
        )
        outputs.append((crop.double() / 255 - mean) / std)
    yield case.keep(y=torch.stack(outputs))
