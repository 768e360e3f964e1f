// What is taken for granted of a host that nobody described. Each assumption is one line for the
// output (Host::assumed), said once.
#pragma once

#include <map>
#include <string>

#include "model/host.hh"
#include "model/ruleset.hh"
#include "simulator/engine.hh"
#include "simulator/packet.hh"
#include "simulator/sources/question.hh"

namespace fwsim {

// Whether the host has any address or route of its own beyond the loopback.
bool is_described(const Host& host);

// The device that the ruleset names most often with -i (or -o, as second choice); "eth0" without one.
std::string likely_device(const Ruleset* v4, const Ruleset* v6, bool output = false);

// Adds `address` as one of the host's own, on `device` (made if it is not there).
void assume_address(Host& host, Family family, u128 address, const std::string& device);
// Adds a device and, when `everything`, a default route of the family over it.
void assume_device(Host& host, const std::string& device);
void assume_default_route(Host& host, Family family, const std::string& device);

// Nothing is known of the host: the question itself says what it must be like. Either ruleset may be null.
void describe_by_question(Host& host, Question& question, const Ruleset* v4, const Ruleset* v6);
// Takes the question's packet through the engine, whose host must be described; where it enters when
// that is not said is put into Question::in and `assumed`.
Result answer(Question& question, Engine& engine);

// Counts who speaks in a capture, to tell whose it is.
class Speakers {
 public:
  void add(const Packet& packet);
  // Describes `host` by what was counted: the address that is in most packets is its own.
  void describe(Host& host, const std::string& device) const;

 private:
  struct Count {
    std::uint64_t packets = 0;
    std::uint64_t first_asked = 0;   // connections that began towards it
  };
  std::map<u128, Count> addresses_[2];
  std::uint64_t packets_[2] = {0, 0};
};

}  // namespace fwsim
