// TOML, its reader compiled once (toml.cc). Without exceptions, so that a fault in the file is a result like any other.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>
