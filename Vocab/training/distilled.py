"""The objective of a masked model that is to take fewer steps: it learns from what a teacher says after several.

Self-distillation through time (SDTT, Deschenaux and Gulcehre, arXiv 2410.21035). A block with k masks is shown to both.
The teacher takes some steps: in each it settles an equal share of the masks, at random places, with tokens of its own. What
it said of a position when that was settled, or last of those that are still masked, is what the student is to say at once,
by the Kullback-Leibler divergence from the teacher. The student of one run is the teacher of the next, which halves the
steps again where the teacher takes two.

The student reads the same two streams as in masked.py, and its bound is measured in the same way.
"""

import torch
from torch import Tensor

from masked import BLOCKS, MASK, MaskedLlama, visibility


class DistilledLlama(MaskedLlama):
    """A masked model with a teacher, which is no part of its weights."""

    def __init__(self, shape, teacher: MaskedLlama, teacher_steps: int):
        super().__init__(shape)
        teacher.requires_grad_(False)
        # Outside the module's registry: it is no submodule.
        object.__setattr__(self, "teacher", teacher)
        self.teacher_steps = teacher_steps

    def levels(self, rows: int, length: int, block: int) -> tuple[Tensor, int]:
        """How many positions of each block are masked, and how many a step of the teacher settles. [rows, blocks, 1]

        The student's steps in a block are a random power of two, and the block is about to take a random one of them.
        """
        most = (block // self.teacher_steps).bit_length()
        steps = 1 << int(torch.randint(most, ()))
        left = torch.randint(1, steps + 1, (rows, length // block, 1))
        return left * (block // steps), block // (steps * self.teacher_steps)

    @torch.no_grad()
    def taught(
        self, tokens: Tensor, ranks: Tensor, masks: Tensor, share: int, sees: list[Tensor]
    ) -> Tensor:
        """What the teacher says of each position that is masked at first, as log-probabilities. [masked, vocabulary]

        Of a block's positions those with the lowest of `ranks` are masked, and the highest of these are settled first.
        """
        first = (ranks < masks).view(tokens.shape)
        targets = torch.empty(int(first.sum()), self.shape.vocabulary)
        text = tokens.clone()
        for step in range(self.teacher_steps):
            masked = (ranks < masks - step * share).view(tokens.shape)
            hidden = self.teacher.hidden(tokens, text.masked_fill(masked, MASK), sees)
            said = self.teacher.logits(hidden[masked]).log_softmax(-1)
            targets[masked[first]] = said
            settled = masked & (ranks >= masks - (step + 1) * share).view(tokens.shape)
            text[settled] = said[settled[masked]].exp().multinomial(1).squeeze(1)
        return targets

    def distillation(self, tokens: Tensor) -> Tensor:
        """The divergence in nats for each masked position, for blocks of a random length."""
        rows, length = tokens.shape[0], tokens.shape[1] - 1
        tokens = tokens[:, :length]
        block = BLOCKS[int(torch.randint(len(BLOCKS), ()))]
        masks, share = self.levels(rows, length, block)
        ranks = torch.rand(rows, length // block, block).argsort(2).argsort(2)
        sees = visibility(length, block)
        targets = self.taught(tokens, ranks, masks, share, sees)
        masked = (ranks < masks).view(tokens.shape)
        hidden = self.hidden(tokens, tokens.masked_fill(masked, MASK), sees)
        said = self.logits(hidden[masked]).log_softmax(-1)
        # The mask is never an answer: both give it none.
        apart = (targets - said).index_fill(-1, torch.tensor([MASK]), 0)
        return (targets.exp() * apart).sum(-1).mean()
