#define TOML_IMPLEMENTATION
#include "parser/toml.hh"
