"""Unigram and trigram models of token sequences, to compare a neural model with."""

import numpy

BEGIN = 1


class Counts:
    """Sorted keys with their counts; a key that is absent counts nothing."""

    def __init__(self, keys: numpy.ndarray, weights: numpy.ndarray | None = None):
        self.keys, inverse = numpy.unique(keys, return_inverse=True)
        self.values = numpy.bincount(inverse, weights=weights, minlength=len(self.keys)).astype(numpy.int64)

    def __getitem__(self, keys: numpy.ndarray) -> numpy.ndarray:
        places = numpy.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        return numpy.where(self.keys[places] == keys, self.values[places], 0)


def trigrams(parts: list[numpy.ndarray]) -> numpy.ndarray:
    """Rows (a, b, c) for every token c after the first of a part; a part begins with two begin tokens."""
    rows = []
    for part in parts:
        padded = numpy.concatenate(([BEGIN], part)).astype(numpy.int64)
        rows.append(numpy.stack((padded[:-2], padded[1:-1], padded[2:]), axis=1))
    return numpy.concatenate(rows)


class Unigram:
    """Frequencies, with one added to each count."""

    def __init__(self, parts: list[numpy.ndarray], vocabulary: int):
        counts = numpy.bincount(trigrams(parts)[:, 2], minlength=vocabulary) + 1
        self.log = numpy.log(counts / counts.sum())

    def nats(self, parts: list[numpy.ndarray]) -> float:
        return -self.log[trigrams(parts)[:, 2]].sum()


class KneserNeyTrigram:
    """Interpolated Kneser-Ney (Kneser & Ney 1995; Chen & Goodman 1998), one discount for each order.

    The discount is n1 / (n1 + 2 n2), from the numbers of n-grams that were seen once and twice. The
    orders below the third count distinct left contexts; the lowest is mixed with the uniform
    distribution.
    """

    def __init__(self, parts: list[numpy.ndarray], vocabulary: int):
        self.v = vocabulary
        a, b, c = trigrams(parts).T
        self.abc = Counts(self._key(a, b, c))
        ab = self.abc.keys // vocabulary
        self.ab_total = Counts(ab, self.abc.values)
        self.ab_kinds = Counts(ab)
        self.bc = Counts(self.abc.keys % vocabulary**2)
        b = self.bc.keys // vocabulary
        self.b_total = Counts(b, self.bc.values)
        self.b_kinds = Counts(b)
        self.c = Counts(self.bc.keys % vocabulary)
        self.c_total = self.c.values.sum()
        self.discounts = [self._discount(counts.values) for counts in (self.c, self.bc, self.abc)]

    def _key(self, *columns: numpy.ndarray) -> numpy.ndarray:
        key = numpy.zeros_like(columns[0])
        for column in columns:
            key = key * self.v + column
        return key

    @staticmethod
    def _discount(values: numpy.ndarray) -> float:
        once, twice = (values == 1).sum(), (values == 2).sum()
        return once / (once + 2 * twice) if once else 0.5

    @staticmethod
    def _interpolate(count, discount, total, kinds, lower):
        """The discounted frequency plus the mass that the discounts left, spread as the lower order says."""
        safe = numpy.maximum(total, 1)
        mixed = numpy.maximum(count - discount, 0) / safe + discount * kinds / safe * lower
        return numpy.where(total > 0, mixed, lower)

    def probabilities(self, rows: numpy.ndarray) -> numpy.ndarray:
        a, b, c = rows.T
        low, middle, high = self.discounts
        p = self._interpolate(self.c[c], low, numpy.full_like(c, self.c_total), len(self.c.keys), 1 / self.v)
        p = self._interpolate(self.bc[self._key(b, c)], middle, self.b_total[b], self.b_kinds[b], p)
        ab = self._key(a, b)
        return self._interpolate(self.abc[self._key(a, b, c)], high, self.ab_total[ab], self.ab_kinds[ab], p)

    def nats(self, parts: list[numpy.ndarray]) -> float:
        return -numpy.log(self.probabilities(trigrams(parts))).sum()
