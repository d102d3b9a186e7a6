"""Trains a model anew on one core, prints its card's figures and writes its folder. `python3 models/reproduce.py MODEL`; `git diff` then
shows what changed, the seconds at least. The other models were trained on a GPU; their cards say how."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ON_ONE_CORE = ["arithmetic", "many-ways", "explorer-embedder", "queue-policy"]


def run(model: str, script: str, checkpoint: Path) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(FOLDER / "training")}
    subprocess.run([sys.executable, script, checkpoint], cwd=FOLDER / model / "train", env=environment, check=True)


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in ON_ONE_CORE:
        sys.exit(f"usage: python3 {sys.argv[0]} MODEL, one of {', '.join(ON_ONE_CORE)}")
    with tempfile.TemporaryDirectory() as folder:
        for script in ("train.py", "evaluate.py", "export.py"):
            run(sys.argv[1], script, Path(folder) / "checkpoint.pt")


if __name__ == "__main__":
    main()
