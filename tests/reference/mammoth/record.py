"""Records what mammoth's definitions give, for the TypeScript tests to replay.

Written from the definitions alone (mammoth: Buzzega et al., NeurIPS 2020; aimagelab/mammoth), and as
plainly as can be: a list where the project has typed arrays, one statement where it has a plan. Random
numbers come from NumPy by the calls that mammoth makes (`randint` for an offer, `choice` without
replacement for a draw, a permutation for an epoch) and are recorded beside what they led to.

    python tests/reference/mammoth/record.py      writes recorded.json beside this file

Sections of the file:
  replay      a DER++ run without a network: batches, draws, stores, and the buffer at the end
  streams     data sets cut into tasks, classes permuted or not
  metrics     accuracy matrices and what they amount to
  losses      the loss of one step of each strategy, from given logits
"""

import json
import pathlib

import numpy as np


class Buffer:
    """A replay buffer in mammoth's sense; an entry is whatever it is given."""

    def __init__(self, capacity, rng):
        self.capacity, self.rng = capacity, rng
        self.entries = [None] * capacity
        self.seen = 0
        self.asked_offers, self.asked_draws = [], []

    def offer(self, entry):
        slot = self.seen
        if self.seen >= self.capacity:
            slot = int(self.rng.randint(0, self.seen + 1))
            self.asked_offers.append([self.seen + 1, slot])
        self.seen += 1
        if slot >= self.capacity:
            return -1
        self.entries[slot] = entry
        return slot

    def draw(self, size):
        filled = min(self.seen, self.capacity)
        chosen = [int(i) for i in self.rng.choice(filled, size=min(size, filled), replace=False)]
        # The same choice told as a partial Fisher-Yates shuffle: at step i, which of the n - i
        # numbers that are left was swapped to place i.
        pool = list(range(filled))
        for i, slot in enumerate(chosen):
            j = pool.index(slot)
            self.asked_draws.append([filled - i, j - i])
            pool[i], pool[j] = pool[j], pool[i]
        return chosen


def replay_run(seed, capacity, batch, replay, tasks, per_class, classes_per_task, epochs):
    rng = np.random.RandomState(seed)
    buffer = Buffer(capacity, rng)
    steps, epoch_orders = [], []
    for task in range(tasks):
        target = np.repeat(np.arange(classes_per_task) + task * classes_per_task, per_class)
        for _ in range(epochs):
            order = rng.permutation(len(target))
            epoch_orders.append(order.tolist())
            for start in range(0, len(order), batch):
                images = order[start : start + batch].tolist()
                draws = [buffer.draw(replay), buffer.draw(replay)] if buffer.seen > 0 else [[], []]
                drawn_labels = [[buffer.entries[s]["label"] for s in draw] for draw in draws]
                slots = [
                    buffer.offer({"task": task, "image": i, "label": int(target[i])}) for i in images
                ]
                steps.append({"draws": draws, "drawnLabels": drawn_labels, "slots": slots})
    taken = [[slot for slot in step["slots"] if slot >= 0] for step in steps]
    return {
        "capacity": capacity,
        "batch": batch,
        "replayBatch": replay,
        "epochs": epochs,
        "perClass": per_class,
        "classesPerTask": classes_per_task,
        "tasks": tasks,
        "epochOrders": epoch_orders,
        "askedOffers": buffer.asked_offers,
        "askedDraws": buffer.asked_draws,
        "steps": steps,
        "offered": buffer.seen,
        "slotsWrittenTwice": sum(len(t) - len(set(t)) for t in taken),
        "final": buffer.entries,
    }


def pcg3d(x, y, z):
    """Jarzynski and Olano (2020), first word: the project's published source of random numbers."""
    mask = 0xFFFFFFFF
    x, y, z = ((v * 1664525 + 1013904223) & mask for v in (x, y, z))
    x = (x + y * z) & mask
    y = (y + z * x) & mask
    z = (z + x * y) & mask
    x, y, z = x ^ (x >> 16), y ^ (y >> 16), z ^ (z >> 16)
    return (x + y * z) & mask


def shuffled(n, seed, stream):
    """Fisher and Yates, from the end, with draws 0, 1, 2, ... of (seed, stream)."""
    order = list(range(n))
    for draw, i in enumerate(range(n - 1, 0, -1)):
        j = pcg3d(seed, stream, draw) * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return order


CLASS_ORDER_STREAM = 6


def stream_case(rng, classes, classes_per_task, tasks, shuffle, seed):
    labels = np.concatenate([np.full(rng.randint(2, 9), label) for label in range(classes)])
    rng.shuffle(labels)
    position = np.arange(classes)  # what mammoth calls class_order
    if shuffle:
        position[shuffled(classes, seed, CLASS_ORDER_STREAM)] = np.arange(classes)
    targets = position[labels]
    cut = []
    for task in range(tasks):
        first = task * classes_per_task
        mine = (targets >= first) & (targets < first + classes_per_task)
        names, heads = sorted(set(labels[mine].tolist())), sorted(targets[mine].tolist())
        cut.append({"labels": names, "targets": heads})
    return {
        "classes": classes,
        "classesPerTask": classes_per_task,
        "tasks": tasks,
        "classOrder": "shuffled" if shuffle else "label",
        "seed": seed,
        "set": labels.tolist(),
        "position": position.tolist(),
        "cut": cut,
    }


def mammoth_forgetting(rows):
    """mammoth pads short rows with zeros; the last row is part of the maximum."""
    tasks = len(rows)
    table = np.zeros((tasks, tasks))
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    return float(np.mean([table[:, j].max() - rows[-1][j] for j in range(tasks - 1)]))


def metrics_case(rng, tasks, guess):
    """`guess` bounds the accuracy on tasks not yet trained: high ones must not count as learned."""
    full = np.round(rng.uniform(0.2, 0.9, (tasks, tasks)), 4)
    full[np.triu_indices(tasks, 1)] = np.round(rng.uniform(0, guess, tasks * (tasks - 1) // 2), 4)
    untrained = np.round(rng.uniform(0, 0.5, tasks), 4)
    seen = [full[i, : i + 1].tolist() for i in range(tasks)]
    seen_and_next = [full[i, : i + 2].tolist() for i in range(tasks)]
    several = tasks > 1
    return {
        "matrix": full.tolist(),
        "untrained": untrained.tolist(),
        "finalAccuracy": float(np.mean(full[-1])),
        "anytimeAccuracy": float(np.mean([np.mean(row) for row in seen])),
        "forgetting": mammoth_forgetting(seen) if several else None,
        "rowsWithNext": seen_and_next,
        "forgettingWithNext": mammoth_forgetting(seen_and_next) if several else None,
        "backwardTransfer": float(np.mean((full[-1] - np.diag(full))[:-1])) if several else None,
        "forwardTransfer": float(np.mean(np.diag(full, 1) - untrained[1:])) if several else None,
    }


def cross_entropy(logits, labels, classes=None):
    """Mean over rows of -log softmax at the label; other classes than `classes` are left out."""
    total = 0.0
    for row, label in zip(logits, labels):
        kept = np.array(row)[list(classes) if classes is not None else slice(None)]
        total += np.log(np.sum(np.exp(kept - kept.max()))) + kept.max() - row[label]
    return total / len(labels)


def mean_squares(logits, stored):
    return float(np.mean((np.array(logits) - np.array(stored)) ** 2))


def losses_case(rng, current, held, masked):
    """One step: `current` images of classes 2 and 3 of 6, and `held` images for each draw."""
    classes, task_classes, alpha, beta = 6, [2, 3], 0.3, 0.7

    def logits(n):
        return np.round(rng.normal(0, 2, (n, classes)), 3).tolist()

    def labels(n, among):
        return [int(label) for label in rng.choice(among, n)]

    now, now_y = logits(current), labels(current, task_classes)
    first, first_y, stored = logits(held), labels(held, 4), logits(held)
    second, second_y = logits(held), labels(held, 4)
    only = task_classes if masked else None
    fit = cross_entropy(now, now_y, only)
    distil = alpha * mean_squares(first, stored) if held else 0.0
    if masked and held:  # a masked head masks the current rows alone
        n = current + held
        both = (current * fit + held * cross_entropy(first, first_y)) / n
    else:
        both = cross_entropy(now + first, now_y + first_y, only)
    relabel = beta * cross_entropy(second, second_y) if held else 0.0
    return {
        "batch": 6,
        "replayBatch": 5,
        "maskedHead": masked,
        "alpha": alpha,
        "beta": beta,
        "taskClasses": task_classes,
        "current": {"logits": now, "labels": now_y},
        "first": {"logits": first, "labels": first_y, "stored": stored},
        "second": {"logits": second, "labels": second_y},
        "loss": {
            "finetune": fit,
            "joint": fit,
            "er": both,
            "der": fit + distil,
            "derpp": fit + distil + relabel,
        },
    }


def main():
    rng = np.random.RandomState(2020)
    recorded = {
        "replay": [
            replay_run(1, 12, 8, 5, tasks=2, per_class=14, classes_per_task=2, epochs=2),
            replay_run(2, 1, 4, 3, tasks=2, per_class=3, classes_per_task=1, epochs=2),
            replay_run(3, 40, 8, 32, tasks=3, per_class=10, classes_per_task=2, epochs=1),
        ],
        "streams": [
            stream_case(rng, 10, 2, 5, shuffle=False, seed=0),
            stream_case(rng, 10, 3, 3, shuffle=False, seed=0),
            stream_case(rng, 10, 2, 5, shuffle=True, seed=7),
            stream_case(rng, 20, 4, 3, shuffle=True, seed=4294967295),
        ],
        "metrics": [
            metrics_case(rng, tasks, guess)
            for tasks, guess in [(1, 0), (2, 0.1), (5, 0.1), (5, 1), (10, 0.6)]
        ],
        "losses": [
            losses_case(rng, current, held, masked)
            for current, held in [(6, 5), (3, 5), (6, 2), (6, 0), (1, 0)]
            for masked in (False, True)
        ],
    }
    assert recorded["replay"][0]["slotsWrittenTwice"], "a batch should write a slot twice: choose a seed"
    path = pathlib.Path(__file__).with_name("recorded.json")
    path.write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
