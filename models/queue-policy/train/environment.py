"""A node that serves jobs under a memory budget: many copies of it side by side, one decision each at a time.

Jobs come, wait in at most SLOTS places and leave when their patience ends; one that finds no free place is lost. A decision admits one of the
waiting jobs that fit, which takes no time, or lets one step of time pass. An admitted job holds its memory for its duration and then pays
memory x duration x rate. What comes is drawn beforehand, so that every policy meets the same jobs.
"""

import numpy as np

SLOTS, MEMORY, LONGEST, PATIENCE = 8, 16, 20, 20
EPISODE_STEPS = 200
ARRIVALS_PER_STEP = 0.75
LARGE_SHARE = 0.25
ACTIONS = SLOTS + 1
WAIT = SLOTS
FEATURES = [
    "is_wait", "is_job", "memory", "duration", "rate", "patience_left", "age", "fits",
    "free_memory", "freed_in_2", "freed_in_5", "freed_in_10", "freed_later", "waiting_jobs",
]
MEMORY_NEED, DURATION, RATE, LEFT, AGE = range(5)


def draw_jobs(rng: np.random.Generator, count: int) -> np.ndarray:
    """[count, EPISODE_STEPS, 4]: memory, duration, rate and patience of the job that comes at a step; memory 0: none comes."""
    shape = (count, EPISODE_STEPS)
    large = rng.random(shape) < LARGE_SHARE
    memory = np.where(large, rng.integers(5, 11, shape), rng.integers(1, 4, shape))
    duration = np.where(large, rng.integers(8, LONGEST + 1, shape), rng.integers(2, 7, shape))
    rate = rng.uniform(0.5, 1.5, shape) ** 2
    patience = rng.integers(4, PATIENCE + 1, shape)
    comes = rng.random(shape) < ARRIVALS_PER_STEP
    return np.stack([memory * comes, duration, rate, patience], -1)


class Nodes:
    def __init__(self, jobs: np.ndarray):
        self.count = len(jobs)
        self.jobs = jobs
        self.rows = np.arange(self.count)
        self.time = np.zeros(self.count, int)
        self.queue = np.zeros((self.count, SLOTS, 5))
        self.free = np.full(self.count, float(MEMORY))
        #: Memory that becomes free after 1, 2, … steps.
        self.freed = np.zeros((self.count, LONGEST))
        self.arrive(self.rows)

    def restart(self, which: np.ndarray, jobs: np.ndarray) -> None:
        self.jobs[which], self.time[which], self.queue[which] = jobs, 0, 0
        self.free[which], self.freed[which] = MEMORY, 0
        self.arrive(which)

    def arrive(self, which: np.ndarray) -> None:
        job = self.jobs[which, np.minimum(self.time[which], EPISODE_STEPS - 1)]
        empty = self.queue[which, :, MEMORY_NEED] == 0
        lands = (job[:, 0] > 0) & empty.any(1)
        rows, slots = which[lands], empty[lands].argmax(1)
        self.queue[rows, slots] = np.concatenate([job[lands], np.zeros((len(rows), 1))], 1)

    def allowed(self) -> np.ndarray:
        """[count, ACTIONS]; waiting is always allowed."""
        need = self.queue[:, :, MEMORY_NEED]
        fits = (need > 0) & (need <= self.free[:, None])
        return np.concatenate([fits, np.ones((self.count, 1), bool)], 1)

    def observe(self) -> np.ndarray:
        """[count, ACTIONS, features]: a row for each place and one for waiting, each with the state of the whole node."""
        rows = np.zeros((self.count, ACTIONS, len(FEATURES)), np.float32)
        rows[:, WAIT, 0] = 1
        present = self.queue[:, :, MEMORY_NEED] > 0
        rows[:, :SLOTS, 1] = present
        rows[:, :SLOTS, 2:7] = self.queue / [MEMORY, LONGEST, 2, PATIENCE, PATIENCE] * present[:, :, None]
        rows[:, :, 7] = self.allowed()
        rows[:, :, 8] = self.free[:, None] / MEMORY
        for column, (start, end) in enumerate([(0, 2), (2, 5), (5, 10), (10, LONGEST)], 9):
            rows[:, :, column] = self.freed[:, start:end].sum(1, keepdims=True) / MEMORY
        rows[:, :, 13] = present.mean(1, keepdims=True)
        return rows

    def step(self, actions: np.ndarray) -> np.ndarray:
        """What each node earns by its action."""
        earned = np.zeros(self.count)
        rows = self.rows[actions != WAIT]
        slots = actions[rows]
        job = self.queue[rows, slots]
        earned[rows] = job[:, MEMORY_NEED] * job[:, DURATION] * job[:, RATE]
        self.free[rows] -= job[:, MEMORY_NEED]
        self.freed[rows, job[:, DURATION].astype(int) - 1] += job[:, MEMORY_NEED]
        self.queue[rows, slots] = 0
        waiting = self.rows[actions == WAIT]
        self.time[waiting] += 1
        self.free[waiting] += self.freed[waiting, 0]
        self.freed[waiting] = np.concatenate([self.freed[waiting, 1:], np.zeros((len(waiting), 1))], 1)
        self.queue[waiting, :, LEFT] -= 1
        self.queue[waiting, :, AGE] += 1
        gone = self.queue[:, :, LEFT] <= 0
        self.queue[gone] = 0
        self.arrive(waiting)
        return earned

    def ended(self) -> np.ndarray:
        return self.time >= EPISODE_STEPS
