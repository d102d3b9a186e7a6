"""A WordPiece vocabulary learnt from the training texts, and the encoding that the Hugging Face tokenizer gives for ASCII texts."""

import re
from collections import Counter

SPECIAL = ["[PAD]", "[UNK]"]
PAD, UNKNOWN = 0, 1
MERGES = 1200
MAX_TOKENS = 64
WORDS = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")


def words_of(text: str) -> list[str]:
    return WORDS.findall(text.lower())


def learn(texts: list[str]) -> list[str]:
    """Pieces by merging the most frequent neighbours; all letters and digits alone are among them."""
    counts = Counter(word for text in texts for word in words_of(text))
    alphabet = sorted({letter for word in counts for letter in word} | set("abcdefghijklmnopqrstuvwxyz0123456789"))
    pieces = dict.fromkeys([*alphabet, *(f"##{letter}" for letter in alphabet if letter.isalnum())])
    split = {word: [word[0], *(f"##{letter}" for letter in word[1:])] for word in counts}
    for _ in range(MERGES):
        pairs = Counter()
        for word, parts in split.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merged = best[0] + best[1].removeprefix("##")
        pieces[merged] = None
        for word, parts in split.items():
            split[word] = merge(parts, best, merged)
    return [*SPECIAL, *pieces]


def merge(parts: list[str], pair: tuple[str, str], merged: str) -> list[str]:
    out, at = [], 0
    while at < len(parts):
        if tuple(parts[at : at + 2]) == pair:
            out.append(merged)
            at += 2
        else:
            out.append(parts[at])
            at += 1
    return out


def encode(text: str, ids: dict[str, int]) -> list[int]:
    """The longest piece that fits, from the left; a word with a part that has no piece is unknown as a whole."""
    out = []
    for word in words_of(text):
        pieces, at = [], 0
        while at < len(word):
            end = next((end for end in range(len(word), at, -1) if ("##" if at else "") + word[at:end] in ids), None)
            if end is None:
                pieces = [UNKNOWN]
                break
            pieces.append(ids[("##" if at else "") + word[at:end]])
            at = end
        out.extend(pieces)
    return out[:MAX_TOKENS]


def tokenizer_json(vocabulary: list[str]) -> dict:
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": index,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for index, token in enumerate(SPECIAL)
        ],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {token: index for index, token in enumerate(vocabulary)},
        },
    }
