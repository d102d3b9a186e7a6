"""Retrieval of pages that training never saw. `python3 evaluate.py CHECKPOINT` prints the tables and writes metrics and examples."""

import json
import math
import random
import sys
from collections import Counter
from pathlib import Path

import torch

from data import Page, pages
from model import Config, Encoder, padded
from tokens import encode, words_of

MODEL_DIR = Path(__file__).resolve().parent.parent
SEED, QUESTIONS_PER_PAGE, EXAMPLES = 1_000_061, 8, 24
TIE_BREAK = 1e-6
KIND_NAMES = ["job", "market", "node", "error", "help"]


def load(path: str) -> tuple[Encoder, dict[str, int], dict]:
    checkpoint = torch.load(path, map_location="cpu")
    model = Encoder(Config(**checkpoint["config"]))
    model.load_state_dict(checkpoint["weights"])
    return model.eval(), {token: index for index, token in enumerate(checkpoint["vocabulary"])}, checkpoint["training"]


@torch.no_grad()
def embed(model: Encoder, ids: dict[str, int], texts: list[str]) -> torch.Tensor:
    rows = [encode(text, ids) for text in texts]
    return torch.cat([model(padded(rows[at : at + 256])) for at in range(0, len(rows), 256)])


def bag_of_words(texts: list[str], fitted_on: list[str], weighted: bool) -> torch.Tensor:
    """Counts of the words that pages have, weighted by their rarity there or not, as vectors of length 1."""
    frequency = Counter(word for text in fitted_on for word in dict.fromkeys(words_of(text)))
    places = {word: index for index, word in enumerate(frequency)}
    vectors = torch.zeros(len(texts), len(places))
    for row, text in enumerate(texts):
        for word, count in Counter(words_of(text)).items():
            if word in places:
                rarity = math.log((1 + len(fitted_on)) / (1 + frequency[word])) + 1
                vectors[row, places[word]] = count * (rarity if weighted else 1)
    return torch.nn.functional.normalize(vectors, dim=-1)


def figures(scores: torch.Tensor, right: torch.Tensor) -> dict:
    """The rank of the page asked for, pages with the same score in an order drawn by lot."""
    drawn = scores + TIE_BREAK * torch.rand(scores.shape, generator=torch.Generator().manual_seed(SEED))
    own = drawn[torch.arange(len(right)), right]
    ranks = 1 + (drawn > own[:, None]).sum(1).double()
    return {
        "recall_at_1": round(float((ranks == 1).double().mean()), 4),
        "recall_at_5": round(float((ranks <= 5).double().mean()), 4),
        "mrr": round(float((1 / ranks).mean()), 4),
    }


def questions(held_out: list[Page], typo: bool) -> list[str]:
    rng = random.Random(SEED + typo)
    return [page.question(rng, held_out=True, typo=typo) for page in held_out for _ in range(QUESTIONS_PER_PAGE)]


def main() -> None:
    torch.set_num_threads(1)
    model, ids, training = load(sys.argv[1])
    everything = pages()
    texts = [page.text for page in everything]
    held_out = [page for page in everything if page.held_out]
    places = {page: index for index, page in enumerate(everything)}
    right = torch.tensor([places[page] for page in held_out for _ in range(QUESTIONS_PER_PAGE)])
    rows = []
    for typo in (False, True):
        asked = questions(held_out, typo)
        methods = {
            "bag of words": bag_of_words(asked, texts, False) @ bag_of_words(texts, texts, False).T,
            "TF-IDF": bag_of_words(asked, texts, True) @ bag_of_words(texts, texts, True).T,
            "explorer-embedder": embed(model, ids, asked) @ embed(model, ids, texts).T,
        }
        for name, scores in methods.items():
            rows.append({"questions": "with a typo" if typo else "as written", "method": name, **figures(scores, right)})
        for kind in KIND_NAMES:
            mine = torch.tensor([page.kind.name == kind for page in held_out for _ in range(QUESTIONS_PER_PAGE)])
            row = figures(methods["explorer-embedder"][mine], right[mine])
            rows.append({"questions": "with a typo" if typo else "as written", "method": f"explorer-embedder, {kind}", **row})
    print(f"{len(right)} questions for {len(held_out)} pages never trained on, among {len(everything)}")
    print("| questions | by | first | among the first 5 | mean reciprocal rank |\n| --- | --- | --- | --- | --- |")
    for row in rows:
        first, five = (f"{100 * row[key]:.1f} %" for key in ("recall_at_1", "recall_at_5"))
        print(f"| {row['questions']} | {row['method']} | {first} | {five} | {row['mrr']:.3f} |")
    metrics = {"training": training, "n": len(right), "pages": len(everything), "held_out": len(held_out), "figures": rows}
    (MODEL_DIR / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    write_examples(model, ids, held_out)


def write_examples(model: Encoder, ids: dict[str, int], held_out: list[Page]) -> None:
    """Held-out pages with one question each, and the vectors that this framework gives, for comparison with another."""
    rng = random.Random(SEED)
    chosen = rng.sample(held_out, EXAMPLES)
    asked = [page.question(rng, held_out=True) for page in chosen]
    vectors = embed(model, ids, [*asked, *(page.text for page in chosen)]).tolist()
    rounded = [[round(value, 5) for value in vector] for vector in vectors]
    lines = ",\n".join(
        json.dumps({"page": page.text, "question": text, "page_vector": rounded[EXAMPLES + at], "question_vector": rounded[at]})
        for at, (page, text) in enumerate(zip(chosen, asked))
    )
    (MODEL_DIR / "examples.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
