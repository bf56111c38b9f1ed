"""The work of `lanewise bench step` by PyTorch in Python: the faster of its Adam and its fused Adam.

torch_step.py NAME [--threads N] [--seconds S] --json FILE
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn

CLASSES, CONTEXT, VOCABULARY, WIDTH, HEADS, BATCHES = 10, 64, 65, 128, 4, 16


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.projections, self.output = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.mlp = nn.Sequential(
            nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(approximate="tanh"), nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, x):
        n = x.shape[0]
        parts = self.projections(self.norm1(x)).view(n, CONTEXT, 3, HEADS, WIDTH // HEADS)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(y.transpose(1, 2).reshape(n, CONTEXT, WIDTH))
        return x + self.mlp(self.norm2(x))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Parameter(0.02 * torch.randn(CONTEXT, WIDTH))
        self.blocks = nn.Sequential(*(Block() for _ in range(4)))
        self.head = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY))

    def forward(self, indices):
        return self.head(self.blocks(self.tokens(indices) + self.positions)).view(-1, VOCABULARY)


def linear(*widths):
    layers = []
    for n, m in zip(widths, widths[1:]):
        layers += [nn.Linear(n, m), nn.ReLU()]
    return layers[:-1]


def convolution(channels, filters, kernel, padding):
    return [nn.Conv2d(channels, filters, kernel, padding=padding), nn.ReLU(), nn.MaxPool2d(2)]


# name: batch, shape of a sample, model
MODELS = {
    "mlp": (128, (784,), lambda: nn.Sequential(*linear(784, 512, 512, CLASSES))),
    "mlp-small": (32, (784,), lambda: nn.Sequential(*linear(784, 128, CLASSES))),
    "lenet": (64, (1, 28, 28), lambda: nn.Sequential(
        *convolution(1, 6, 5, 2), *convolution(6, 16, 5, 0), nn.Flatten(), *linear(400, 120, 84, CLASSES))),
    "cnn": (64, (1, 28, 28), lambda: nn.Sequential(
        *convolution(1, 32, 3, 1), *convolution(32, 64, 3, 1), nn.Flatten(),
        nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, CLASSES))),
    "gpt": (12, None, Gpt),
}


def batches(batch, shape):
    if shape is None:
        count = batch * CONTEXT
        return [(torch.randint(VOCABULARY, (batch, CONTEXT)), torch.randint(VOCABULARY, (count,)))
                for _ in range(BATCHES)]
    return [(torch.rand(batch, *shape) * 2 - 1, torch.randint(CLASSES, (batch,))) for _ in range(BATCHES)]


def seconds_per_step(name, fused, seconds):
    torch.manual_seed(1)
    batch, shape, model = MODELS[name]
    data, model = batches(batch, shape), model()
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=fused)

    def repeat(limit):
        durations = []
        start = now = time.perf_counter()
        while len(durations) < 5 or now - start < limit:
            x, labels = data[len(durations) % BATCHES]
            adam.zero_grad(set_to_none=True)
            loss = nn.functional.cross_entropy(model(x), labels)
            if not torch.isfinite(loss).item():
                raise ValueError(f"the loss of the benchmark is {loss.item()}")
            loss.backward()
            adam.step()
            end = time.perf_counter()
            durations.append(end - now)
            now = end
        return statistics.median(durations)

    repeat(0.4 * seconds)
    return repeat(seconds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=MODELS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--json", required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_num_interop_threads(1)
    median = min(seconds_per_step(args.name, fused, args.seconds) for fused in (False, True))
    batch = MODELS[args.name][0]
    report = {
        "name": args.name, "batch": batch, "threads": args.threads,
        "rival": f"PyTorch {torch.__version__} in Python", "ms_per_step": 1e3 * median, "samples_per_s": batch / median,
    }
    with open(args.json, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
    print(f"{args.name}, {report['rival']}, {args.threads} threads: {1e3 * median:.3f} ms per step")


if __name__ == "__main__":
    main()
