"""Rules to compare with. Each takes the nodes and gives an action for every one."""

import numpy as np

from environment import AGE, DURATION, MEMORY_NEED, RATE, SLOTS, WAIT, Nodes


def best(score: np.ndarray, choosable: np.ndarray) -> np.ndarray:
    """The choosable place with the highest score, WAIT where there is none."""
    chosen = np.where(choosable, score, -np.inf).argmax(1)
    return np.where(choosable.any(1), chosen, WAIT)


def fifo(nodes: Nodes) -> np.ndarray:
    """The job that has waited longest; the others wait until it fits."""
    chosen = best(nodes.queue[:, :, AGE], nodes.queue[:, :, MEMORY_NEED] > 0)
    return np.where(nodes.allowed()[nodes.rows, chosen], chosen, WAIT)


def first_fit(nodes: Nodes) -> np.ndarray:
    return best(nodes.queue[:, :, AGE], nodes.allowed()[:, :SLOTS])


def shortest_first(nodes: Nodes) -> np.ndarray:
    return best(-nodes.queue[:, :, DURATION], nodes.allowed()[:, :SLOTS])


def best_rate(nodes: Nodes) -> np.ndarray:
    """Of those that fit, the job that pays most for each unit of memory and time."""
    return best(nodes.queue[:, :, RATE], nodes.allowed()[:, :SLOTS])


def random_choice(rng: np.random.Generator):
    def choose(nodes: Nodes) -> np.ndarray:
        return np.where(nodes.allowed(), rng.random((nodes.count, SLOTS + 1)), -1).argmax(1)

    return choose
