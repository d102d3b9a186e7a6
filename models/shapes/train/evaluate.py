"""Accuracy on images that training never drew. `python3 evaluate.py CHECKPOINT` prints the table and writes it."""

import base64
import json
import sys
from pathlib import Path

import torch

from model import Classifier
from shapes import SHAPES, draw, draw_labelled

MODEL_DIR = Path(__file__).resolve().parent.parent
#: Far from the training seed, on the CPU: the same images everywhere.
TEST_SEED, TEST_IMAGES, EXAMPLES = 1_000_003, 16_000, 3


def load(path: str | Path) -> tuple[Classifier, dict]:
    checkpoint = torch.load(path, map_location="cpu")
    model = Classifier(len(SHAPES))
    model.load_state_dict(checkpoint["weights"])
    return model.eval(), checkpoint["training"]


@torch.no_grad()
def main() -> None:
    model, training = load(sys.argv[1])
    generator = torch.Generator().manual_seed(TEST_SEED)
    pixels, labels = draw_labelled(TEST_IMAGES, generator, "cpu")
    found = model(pixels).argmax(-1)
    rows = []
    for index, name in enumerate(SHAPES):
        mine = labels == index
        rows.append({"shape": name, "n": int(mine.sum()), "right": int((found[mine] == index).sum())})
    rows.append({"shape": "all", "n": TEST_IMAGES, "right": int((found == labels).sum())})
    print("| shape | images | right |\n| --- | --- | --- |")
    for row in rows:
        print(f"| {row['shape']} | {row['n']} | {100 * row['right'] / row['n']:.2f} % |")
    (MODEL_DIR / "metrics.json").write_text(json.dumps({"training": training, "test": rows}, indent=2) + "\n")
    # Images as bytes, as a caller would send them, with the logits that they give.
    chosen = torch.arange(len(SHAPES)).repeat(EXAMPLES)
    grey = ((draw(chosen, torch.Generator().manual_seed(TEST_SEED + 1)) + 1) * 127.5).round().to(torch.uint8)
    logits = model(grey.float() / 127.5 - 1)
    lines = ",\n".join(
        json.dumps(
            {
                "shape": SHAPES[label],
                "pixels": base64.b64encode(bytes(image.flatten().tolist())).decode(),
                "logits": [round(value, 4) for value in row],
            }
        )
        for label, image, row in zip(chosen.tolist(), grey, logits.tolist())
    )
    (MODEL_DIR / "examples.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
