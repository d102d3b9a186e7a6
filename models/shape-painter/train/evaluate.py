"""How often the classifier of models/shapes sees what was asked for. `python3 evaluate.py CHECKPOINT CLASSIFIER_CHECKPOINT`."""

import importlib.util
import json
import sys
from pathlib import Path

import torch

from model import Painter, paint
from shapes import SHAPES, SIZE, draw_labelled

MODEL_DIR = Path(__file__).resolve().parent.parent
EACH, SEED = 500, 1_000_033
#: (Euler steps, guidance)
SETTINGS = [(4, 1.0), (8, 1.0), (16, 1.0), (16, 1.5), (32, 1.5)]
CHOSEN = (16, 1.5)


def load_classifier(path: str):
    file = MODEL_DIR.parent / "shapes" / "train" / "model.py"
    spec = importlib.util.spec_from_file_location("shapes_model", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    classifier = module.Classifier(len(SHAPES))
    classifier.load_state_dict(torch.load(path, map_location="cpu")["weights"])
    return classifier.eval()


@torch.no_grad()
def main() -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    checkpoint = torch.load(sys.argv[1], map_location="cpu")
    model = Painter(len(SHAPES))
    model.load_state_dict(checkpoint["weights"])
    model.to(device).eval()
    classifier = load_classifier(sys.argv[2]).to(device)
    labels = torch.arange(len(SHAPES)).repeat_interleave(EACH)
    noise = torch.randn(len(labels), 1, SIZE, SIZE, generator=torch.Generator().manual_seed(SEED))
    rows, painted = [], None
    for steps, guidance in SETTINGS:
        images = paint(model, labels.to(device), noise.to(device), steps, guidance)
        seen = classifier(images).argmax(-1).cpu()
        rows.append({"steps": steps, "guidance": guidance, "n": len(labels), "right": int((seen == labels).sum())})
        if (steps, guidance) == CHOSEN:
            painted = (images, seen)
    print("| Euler steps | guidance | seen as asked for |\n| --- | --- | --- |")
    for row in rows:
        print(f"| {row['steps']} | {row['guidance']} | {100 * row['right'] / row['n']:.1f} % |")
    images, seen = painted
    by_shape = [
        {"shape": name, "n": EACH, "right": int((seen[labels == index] == index).sum())} for index, name in enumerate(SHAPES)
    ]
    print("\n| shape | seen as asked for |\n| --- | --- |")
    for row in by_shape:
        print(f"| {row['shape']} | {100 * row['right'] / row['n']:.1f} % |")
    # Whether they are as unlike each other as drawn ones: the mean distance of two images of one shape.
    drawn, drawn_labels = draw_labelled(len(labels), torch.Generator().manual_seed(SEED + 1), "cpu")
    spread = {"painted": spread_of(images.cpu(), labels), "drawn": spread_of(drawn, drawn_labels)}
    print(f"\nspread within a shape: painted {spread['painted']:.3f}, drawn {spread['drawn']:.3f}")
    metrics = {
        "training": checkpoint["training"],
        "settings": rows,
        "chosen": {"steps": CHOSEN[0], "guidance": CHOSEN[1], "shapes": by_shape},
        "spread": {name: round(value, 4) for name, value in spread.items()},
    }
    (MODEL_DIR / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")


def spread_of(images: torch.Tensor, labels: torch.Tensor) -> float:
    """Root mean square distance a pixel between two images of one shape, over shapes and pairs."""
    values = []
    for index in range(len(SHAPES)):
        mine = images[labels == index]
        half = len(mine) // 2
        values.append((mine[:half] - mine[half : 2 * half]).pow(2).mean().sqrt())
    return float(torch.stack(values).mean())


if __name__ == "__main__":
    main()
