"""The objective of a masked model: a block of tokens is denoised at once, given the text before it.

One network reads two streams. The *clean* stream is the text, each token seeing those up to itself:
it makes the keys and values of what is settled. The *canvas* is the same text cut into blocks, in
which some tokens are replaced by the mask; a token of the canvas sees its whole block, and of the
clean stream what stands before the block. The logits at a masked position are of its own token.

The loss bounds the text's negative log-probability: for a block of B tokens of which k are masked, k
uniform in 1...B, it is B/k times the sum over the masked ones. That is the bound of an autoregressive
model in random order (Uria et al. 2014), and the masked diffusion bound in continuous time (MDLM,
arXiv 2406.07524; LLaDA, 2502.09992), with the blocks of BD3-LM (2503.09573).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from model import Llama

# `<unk>`: byte fallback never writes it.
MASK = 0
CHUNK = 128
# Lengths of blocks in training; each divides a chunk.
BLOCKS = (4, 8, 16, 32, 64, 128)


def visibility(length: int, block: int) -> list[Tensor]:
    """For each chunk, which keys (clean stream to the chunk's end, the chunk's canvas) its queries see.

    The queries are the chunk's clean tokens, then its canvas. [2 * CHUNK, end + CHUNK]
    """
    masks = []
    for begin in range(0, length, CHUNK):
        queries = torch.arange(begin, begin + CHUNK)
        clean = torch.arange(begin + CHUNK)
        starts = queries - queries % block
        causal = clean[None, :] <= queries[:, None]
        before = clean[None, :] < starts[:, None]
        same = starts[:, None] == starts[None, :]
        masks.append(torch.cat((
            torch.cat((causal, torch.zeros_like(same)), 1), torch.cat((before, same), 1)), 0))
    return masks


def mask_blocks(
    rows: int, length: int, block: int, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Which positions are masked, and the weight of each one's loss: B/k, 0 elsewhere. [rows, length]

    k is spread evenly over the blocks of all rows, so that each step sees blocks of every k, and the
    number of masked positions hardly changes.
    """
    blocks = length // block
    count = rows * blocks
    shift = torch.rand((), generator=generator)
    levels = (torch.randperm(count, generator=generator) / count + shift) % 1
    chosen = (levels * block).floor().clamp(max=block - 1).view(rows, blocks, 1) + 1
    noise = torch.rand(rows, blocks, block, generator=generator)
    masked = noise.argsort(2).argsort(2) < chosen
    weights = torch.where(masked, block / chosen, torch.zeros(()))
    return masked.view(rows, length), weights.view(rows, length)


class MaskedLlama(Llama):
    """The same weights as Llama, reading a clean stream and a canvas."""

    def __init__(self, shape):
        super().__init__(shape)
        # Outside the module's registry: it is no submodule.
        object.__setattr__(self, "compiled", torch.compile(self.weighted))

    def hidden(self, tokens: Tensor, canvas: Tensor, sees: list[Tensor]) -> Tensor:
        """The canvas after the last norm. [rows, length, width]"""
        length = tokens.shape[1]
        x = self.model.embed_tokens(torch.cat((tokens, canvas), 1))
        cosine, sine = self.cosine[:length].repeat(2, 1), self.sine[:length].repeat(2, 1)
        for layer in self.model.layers:
            x = layer(x, cosine, sine, sees)
        return self.model.norm(x[:, length:])

    def logits(self, hidden: Tensor) -> Tensor:
        """The mask itself is never an answer."""
        logits = F.linear(hidden, self.model.embed_tokens.weight).float()
        return logits.index_fill(-1, torch.tensor([MASK]), float("-inf"))

    def weighted(
        self, tokens: Tensor, canvas: Tensor, sees: list[Tensor], chosen: Tensor, weights: Tensor
    ) -> Tensor:
        """The summed loss of the `chosen` positions of the flattened batch."""
        hidden = self.hidden(tokens, canvas, sees).flatten(0, 1)[chosen]
        losses = F.cross_entropy(self.logits(hidden), tokens.flatten()[chosen], reduction="none")
        return (losses * weights).sum()

    def loss(
        self, tokens: Tensor, block: int | None = None, generator: torch.Generator | None = None
    ) -> Tensor:
        """The bound in nats per token by one random masking; blocks of a random length by default."""
        rows, length = tokens.shape[0], tokens.shape[1] - 1
        draw = torch.randint(len(BLOCKS), (), generator=generator)
        block = block or BLOCKS[int(draw)]
        tokens = tokens[:, :length]
        masked, weights = mask_blocks(rows, length, block, generator)
        # As many places as can be masked at most, so that few shapes are compiled.
        most = tokens.numel() * 3 // 4 if block <= 4 else tokens.numel() * 5 // 8
        chosen = weights.flatten().argsort(descending=True)[:most]
        total = self.compiled(
            tokens, tokens.masked_fill(masked, MASK), visibility(length, block), chosen,
            weights.flatten()[chosen])
        return total / tokens.numel()
