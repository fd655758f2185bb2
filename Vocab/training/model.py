"""A small Llama in plain PyTorch, with the parameter names of transformers' LlamaForCausalLM."""

import dataclasses

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclasses.dataclass(frozen=True)
class Shape:
    vocabulary: int = 4096
    width: int = 256
    layers: int = 4
    heads: int = 8
    kv_heads: int = 4
    hidden: int = 512
    context: int = 512
    rope_theta: float = 10_000.0
    epsilon: float = 1e-5

    @property
    def head(self) -> int:
        return self.width // self.heads

    def config(self) -> dict:
        """The `config.json` that transformers and other readers expect."""
        return {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": self.vocabulary,
            "hidden_size": self.width,
            "intermediate_size": self.hidden,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv_heads,
            "head_dim": self.head,
            "hidden_act": "silu",
            "max_position_embeddings": self.context,
            "rope_theta": self.rope_theta,
            "rope_scaling": None,
            "rms_norm_eps": self.epsilon,
            "initializer_range": 0.02,
            "attention_bias": False,
            "attention_dropout": 0.0,
            "mlp_bias": False,
            "tie_word_embeddings": True,
            "use_cache": True,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "torch_dtype": "bfloat16",
        }


def matrix(rows: int, columns: int, deviation: float) -> nn.Module:
    """A bias-free linear map under the name `weight`."""
    linear = nn.Linear(columns, rows, bias=False)
    nn.init.normal_(linear.weight, std=deviation)
    return linear


class Attention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        narrow = shape.kv_heads * shape.head
        deviation = shape.width**-0.5
        self.q_proj = matrix(shape.width, shape.width, deviation)
        self.k_proj = matrix(narrow, shape.width, deviation)
        self.v_proj = matrix(narrow, shape.width, deviation)
        self.o_proj = matrix(shape.width, shape.width, deviation / (2 * shape.layers) ** 0.5)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, sees: list[Tensor] | None = None) -> Tensor:
        batch, length, width = x.shape
        shape = self.shape
        weight = torch.cat((self.q_proj.weight, self.k_proj.weight, self.v_proj.weight))
        heads = F.linear(x, weight).view(batch, length, -1, shape.head).transpose(1, 2)
        query, key, value = heads.split((shape.heads, shape.kv_heads, shape.kv_heads), dim=1)
        query, key = rotate(query, cosine, sine), rotate(key, cosine, sine)
        group = shape.heads // shape.kv_heads
        key, value = key.repeat_interleave(group, 1), value.repeat_interleave(group, 1)
        if sees is None:
            mixed = F.scaled_dot_product_attention(query, key, value.contiguous(), is_causal=True)
        else:
            mixed = attend_twice(query, key, value, sees)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, width))


def attend_twice(query: Tensor, key: Tensor, value: Tensor, sees: list[Tensor]) -> Tensor:
    """Two streams of one text, after each other in every tensor: the clean one and the canvas.

    Chunk by chunk, both streams' tokens see the clean stream up to the chunk's end and the canvas
    within the chunk, as far as `sees` of the chunk says.
    """
    length = query.shape[2] // 2
    chunk = length // len(sees)
    mixed: list[list[Tensor]] = [[], []]
    for index, mask in enumerate(sees):
        begin, end = index * chunk, (index + 1) * chunk
        keys, values = (
            torch.cat((x[:, :, :end], x[:, :, length + begin : length + end]), 2) for x in (key, value))
        queries = torch.cat((query[:, :, begin:end], query[:, :, length + begin : length + end]), 2)
        parts = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask).chunk(2, 2)
        mixed[0].append(parts[0])
        mixed[1].append(parts[1])
    return torch.cat(mixed[0] + mixed[1], 2)


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary positions, the halves of a head paired as transformers pairs them."""
    first, second = x.chunk(2, dim=-1)
    return (x * cosine + torch.cat((-second, first), dim=-1) * sine).to(x.dtype)


class MLP(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        deviation = shape.width**-0.5
        self.gate_proj = matrix(shape.hidden, shape.width, deviation)
        self.up_proj = matrix(shape.hidden, shape.width, deviation)
        self.down_proj = matrix(
            shape.width, shape.hidden, shape.hidden**-0.5 / (2 * shape.layers) ** 0.5)

    def forward(self, x: Tensor) -> Tensor:
        weight = torch.cat((self.gate_proj.weight, self.up_proj.weight))
        gate, up = F.linear(x, weight).chunk(2, dim=-1)
        return self.down_proj(F.silu(gate) * up)


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.input_layernorm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.mlp = MLP(shape)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, sees: list[Tensor] | None = None) -> Tensor:
        """`sees`: for two streams (`attend_twice`); one causal stream by default."""
        x = x + self.self_attn(self.input_layernorm(x), cosine, sine, sees)
        return x + self.mlp(self.post_attention_layernorm(x))


class Trunk(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        nn.init.normal_(self.embed_tokens.weight, std=0.02)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=shape.epsilon)


class Llama(nn.Module):
    """Logits for every position; the output matrix is the embedding."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.model = Trunk(shape)
        frequencies = shape.rope_theta ** (-torch.arange(0, shape.head, 2) / shape.head)
        angles = torch.outer(torch.arange(shape.context).float(), frequencies).repeat(1, 2)
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.model.embed_tokens(tokens)
        cosine, sine = self.cosine[: tokens.shape[1]], self.sine[: tokens.shape[1]]
        for layer in self.model.layers:
            x = layer(x, cosine, sine)
        return F.linear(self.model.norm(x), self.model.embed_tokens.weight)

    def loss(self, tokens: Tensor, reduction: str = "mean") -> Tensor:
        """The cross-entropy in nats of each row's tokens after the first, given those before."""
        logits = self(tokens[:, :-1]).float()
        return F.cross_entropy(
            logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction=reduction)
