"""Proximal policy optimization on one core. `python3 train.py CHECKPOINT [UPDATES]`; the seed fixes jobs and weights."""

import sys
import time

import numpy as np
import torch

from environment import MEMORY, WAIT, Nodes, draw_jobs
from evaluate import greedy, share_of_offered
from model import Critic, Policy, masked

SEED, UPDATES, NODES, DECISIONS = 70, 500, 128, 64
PEAK_RATE, EPOCHS, BATCHES = 1e-3, 2, 4
#: The discount is for a step of time: an admission takes none and is not discounted, or many small jobs would count less than one large.
DISCOUNT, TRACE, CLIP, ENTROPY = 0.97, 0.95, 0.2, 0.003
#: What a full node earns in so many steps counts as 1, so that what states are worth stays near 1 too.
UNIT = 40 * MEMORY


def collect(nodes: Nodes, policy: Policy, critic: Critic, rng: np.random.Generator) -> dict[str, torch.Tensor]:
    seen = {name: [] for name in ("observation", "allowed", "action", "log_probability", "reward", "value", "ended")}
    with torch.no_grad():
        for _ in range(DECISIONS):
            observation, allowed = torch.from_numpy(nodes.observe()), torch.from_numpy(nodes.allowed())
            choice = torch.distributions.Categorical(logits=masked(policy(observation), allowed))
            action = choice.sample()
            reward = nodes.step(action.numpy()) / UNIT
            ended = nodes.ended()
            if ended.any():
                which = np.flatnonzero(ended)
                nodes.restart(which, draw_jobs(rng, len(which)))
            for name, value in {
                "observation": observation,
                "allowed": allowed,
                "action": action,
                "log_probability": choice.log_prob(action),
                "reward": torch.from_numpy(reward).float(),
                "value": critic(observation),
                "ended": torch.from_numpy(ended).float(),
            }.items():
                seen[name].append(value)
        batch = {name: torch.stack(values) for name, values in seen.items()}
        batch["advantage"] = advantages(batch, critic(torch.from_numpy(nodes.observe())))
    batch["target"] = batch["advantage"] + batch["value"]
    return {name: value.flatten(0, 1) for name, value in batch.items()}


def advantages(batch: dict[str, torch.Tensor], after: torch.Tensor) -> torch.Tensor:
    out, carried = torch.zeros_like(batch["reward"]), torch.zeros_like(after)
    for at in reversed(range(DECISIONS)):
        going_on = torch.where(batch["action"][at] == WAIT, DISCOUNT, 1.0) * (1 - batch["ended"][at])
        surprise = batch["reward"][at] + going_on * after - batch["value"][at]
        carried = surprise + going_on * TRACE * carried
        out[at], after = carried, batch["value"][at]
    return out


def improve(batch: dict[str, torch.Tensor], policy: Policy, critic: Critic, optimizer) -> None:
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(batch["action"])).chunk(BATCHES):
            part = {name: value[rows] for name, value in batch.items()}
            choice = torch.distributions.Categorical(logits=masked(policy(part["observation"]), part["allowed"]))
            ratio = (choice.log_prob(part["action"]) - part["log_probability"]).exp()
            advantage = (part["advantage"] - part["advantage"].mean()) / (part["advantage"].std() + 1e-8)
            gain = torch.min(ratio * advantage, ratio.clamp(1 - CLIP, 1 + CLIP) * advantage).mean()
            value_loss = (critic(part["observation"]) - part["target"]).pow(2).mean()
            loss = -gain + value_loss - ENTROPY * choice.entropy().mean()
            optimizer.zero_grad()
            loss.backward()
            for network in (policy, critic):
                torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)
            optimizer.step()


def main() -> None:
    path, updates = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else UPDATES
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    policy, critic = Policy(), Critic()
    print(f"parameters {policy.parameter_count()} seed {SEED} updates {updates}", flush=True)
    optimizer = torch.optim.Adam([*policy.parameters(), *critic.parameters()], lr=PEAK_RATE)
    nodes = Nodes(draw_jobs(rng, NODES))
    #: Looked at on the way only; the figures of the card come from other jobs.
    glance = draw_jobs(np.random.default_rng(SEED + 1), 100)
    started = time.time()
    for update in range(updates):
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * (1 - update / updates)
        improve(collect(nodes, policy, critic, rng), policy, critic, optimizer)
        if (update + 1) % 20 == 0:
            share = share_of_offered(greedy(policy), glance)["earned"]
            print(f"update {update + 1} {time.time() - started:.0f} s earns {100 * share:.1f} % of what is offered", flush=True)
    training = {
        "seed": SEED,
        "updates": updates,
        "decisions": updates * NODES * DECISIONS,
        "parameters": policy.parameter_count(),
        "seconds": round(time.time() - started),
        "threads": 1,
        "torch": str(torch.__version__),
    }
    torch.save({"weights": policy.state_dict(), "training": training}, path)
    print("trained", training, flush=True)


if __name__ == "__main__":
    main()
