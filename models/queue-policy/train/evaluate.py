"""What policies earn from the same jobs, which training never drew. `python3 evaluate.py CHECKPOINT` prints and writes the figures."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

import baselines
from environment import EPISODE_STEPS, MEMORY, WAIT, Nodes, draw_jobs
from model import Policy, masked

MODEL_DIR = Path(__file__).resolve().parent.parent
TEST_SEED, EPISODES, EXAMPLES = 1_000_073, 1000, 64


def greedy(policy: Policy):
    @torch.no_grad()
    def choose(nodes: Nodes) -> np.ndarray:
        logits = policy(torch.from_numpy(nodes.observe()))
        return masked(logits, torch.from_numpy(nodes.allowed())).argmax(-1).numpy()

    return choose


def share_of_offered(choose, jobs: np.ndarray) -> dict:
    """Shares of the pay that was offered and of the jobs that came, and of the memory in use over time."""
    nodes = Nodes(jobs.copy())
    earned, served, used = np.zeros(nodes.count), np.zeros(nodes.count), np.zeros(nodes.count)
    while not (ended := nodes.ended()).all():
        actions = np.where(ended, WAIT, choose(nodes))
        used += np.where((actions == WAIT) & ~ended, MEMORY - nodes.free, 0)
        served += actions != WAIT
        earned += nodes.step(actions)
    offered = (jobs[:, :, 0] * jobs[:, :, 1] * jobs[:, :, 2]).sum(1)
    came = (jobs[:, :, 0] > 0).sum(1)
    each = earned / offered
    return {
        "earned": float(earned.sum() / offered.sum()),
        "error": float(each.std() / np.sqrt(len(each))),
        "served": float(served.sum() / came.sum()),
        "used": float(used.mean() / (MEMORY * EPISODE_STEPS)),
    }


def write_examples(policy: Policy) -> None:
    """States on the policy's own way with its logits and actions, for comparison with another runtime."""
    nodes = Nodes(draw_jobs(np.random.default_rng(TEST_SEED + 1), 4))
    choose, lines = greedy(policy), []
    for step in range(16 * EXAMPLES // 4):
        observation, allowed, actions = nodes.observe(), nodes.allowed(), choose(nodes)
        if step % 16 == 15:
            with torch.no_grad():
                logits = policy(torch.from_numpy(observation)).tolist()
            for row in range(nodes.count):
                example = {
                    "observation": [round(float(value), 6) for value in observation[row].flatten()],
                    "allowed": allowed[row].tolist(),
                    "logits": [round(value, 4) for value in logits[row]],
                    "action": int(actions[row]),
                }
                lines.append(json.dumps(example))
        nodes.step(actions)
    (MODEL_DIR / "examples.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


def main() -> None:
    torch.set_num_threads(1)
    checkpoint = torch.load(sys.argv[1], map_location="cpu")
    policy = Policy()
    policy.load_state_dict(checkpoint["weights"])
    policy.eval()
    jobs = draw_jobs(np.random.default_rng(TEST_SEED), EPISODES)
    rules = {
        "random": baselines.random_choice(np.random.default_rng(TEST_SEED)),
        "FIFO": baselines.fifo,
        "longest waiting that fits": baselines.first_fit,
        "shortest first": baselines.shortest_first,
        "best rate first": baselines.best_rate,
        "queue-policy": greedy(policy),
    }
    rows = [{"policy": name, **share_of_offered(choose, jobs)} for name, choose in rules.items()]
    print("| policy | of the offered pay | of the jobs | memory in use |\n| --- | --- | --- | --- |")
    for row in rows:
        earned = f"{100 * row['earned']:.1f} ± {100 * row['error']:.1f} %"
        print(f"| {row['policy']} | {earned} | {100 * row['served']:.1f} % | {100 * row['used']:.1f} % |")
    rounded = [{key: value if key == "policy" else round(value, 5) for key, value in row.items()} for row in rows]
    metrics = {"training": checkpoint["training"], "episodes": EPISODES, "steps": EPISODE_STEPS, "figures": rounded}
    (MODEL_DIR / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    write_examples(policy)


if __name__ == "__main__":
    main()
