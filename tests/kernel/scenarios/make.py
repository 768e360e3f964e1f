#!/usr/bin/env python3
"""Writes the scenario directories beside this file from tests/kernel/definitions; record.py then asks the kernel.

usage: make.py [NAME...]"""
import importlib
import os
import pkgutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import define                           # noqa: E402
import definitions                      # noqa: E402
from generator.scenarios import write   # noqa: E402


def main():
    for module in pkgutil.iter_modules(definitions.__path__):
        importlib.import_module("definitions." + module.name)
    for name in sys.argv[1:] or define.ALL:
        write(os.path.join(HERE, name), define.ALL[name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
