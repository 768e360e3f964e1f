// Conditions of rules: `match` statements, and other statements that let only some packets go on.
#pragma once

#include "parser/nft/objects.hh"

namespace fwsim::nft_json {

// What a `match` statement asks. Throws NotUnderstood.
Tests match_tests(const json& match, const Scope& scope);
// A lookup among these elements (keys of a map), as one test with what it needs before it.
Tests lookup_tests(const json& key, const std::vector<const json*>& elements, const Scope& scope);
// A packet that has the key, which is none of these.
Tests no_lookup_tests(const json& key, const std::vector<const json*>& elements, const Scope& scope);

// limit, quota, ct count, and sets with a limit for each element; nothing when the statement is none of these.
std::optional<Tests> memory_tests(const json& statement, const Scope& scope);

// Tests of one rule that are one match of iptables together: times, sockets. They come to an end with the rule.
struct Gathered {
  std::string times;                       // "--timestart 08:00 ..."
  bool socket = false, transparent = false, wildcard_asked = false, any_wildcard = false;
  std::string text;
};
// True when the test was one of these.
bool gather(const json& match, Gathered& gathered);
Tests gathered_tests(const Gathered& gathered, Family family);

}  // namespace fwsim::nft_json
