#!/usr/bin/env python3
"""make_geoip.py DIR [IV4 IV6]: country files of xt_geoip for a whole world, the same every time: DIR/CC.iv4 and CC.iv6

250 countries share 400,000 ranges of IPv4 and 300,000 of IPv6 (the lists of today have about as many), a few countries most
of them. Ranges are neighbours or leave gaps, as in real lists, and are sorted in each file.
"""

import os
import sys

COUNTRIES = 250


class Random:
    """A linear congruential generator: the same numbers on every machine and Python."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def codes():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [a + b for a in letters for b in letters][:COUNTRIES]


def country(random):
    """The first ones are much more often."""
    return min(random.below(COUNTRIES + 1) for _ in range(4)) % COUNTRIES


def ranges(random, count, lowest, space, units):
    """(country, first, last): `count` ranges in the whole space, each of a number of units."""
    at, step = lowest, (space - lowest) // count
    for _ in range(count):
        first = at + (0 if random.below(3) else step // 4 // units * units)
        size = units << random.below(8)
        last = min(first + size, at + step) - 1
        yield country(random), first, last
        at = last + 1 if random.below(4) == 0 else at + step


def main():
    folder = sys.argv[1]
    counts = [int(n) for n in sys.argv[2:4]] or [400_000, 300_000]
    os.makedirs(folder, exist_ok=True)
    for version, count, lowest, space, units, width in ((4, counts[0], 1 << 24, 224 << 24, 256, 4),
                                                        (6, counts[1], 0x2001 << 112, 0x2C10 << 112, 1 << 80, 16)):
        files = [bytearray() for _ in range(COUNTRIES)]
        for number, first, last in ranges(Random(version), count, lowest, space, units):
            files[number] += first.to_bytes(width, "big") + last.to_bytes(width, "big")
        for code, data in zip(codes(), files):
            with open(os.path.join(folder, f"{code}.iv{version}"), "wb") as out:
                out.write(data)


if __name__ == "__main__":
    main()
