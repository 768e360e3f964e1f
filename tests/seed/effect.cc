#include "tests/seed/effect.hh"

#include <algorithm>
#include <sstream>

#include "simulator/packet.hh"
#include "tests/kernel/hex.hh"

namespace fwsim::test {
namespace {

using kernel::Json;

bool is_state(const std::string& word) {
  return word == "NEW" || word == "ESTABLISHED" || word == "RELATED" || word == "INVALID" || word == "UNTRACKED";
}

bool begins(const std::string& text, const std::string& start) { return text.compare(0, start.size(), start) == 0; }

// "filter/INPUT/3" is "filter:INPUT:rule:3"; "filter/INPUT/policy" the policy, whatever its number.
bool passed(const Json& answer, std::string place) {
  std::replace(place.begin(), place.end(), '/', ':');
  const std::size_t last = place.rfind(':') + 1;
  const bool policy = place.substr(last) == "policy";
  place = policy ? place + ":" : place.substr(0, last) + "rule:" + place.substr(last);
  for (const Json& journey : answer.value("journeys", Json::array()))
    for (const std::string key : journey.value("path", Json::array()))
      if (policy ? begins(key, place) : key == place) return true;
  return false;
}

std::string first_sent(const Json& answer) {
  const Json out = answer.value("out", Json::array());
  if (out.empty()) return {};
  Packet packet;
  packet.bytes = kernel::from_hex(out[0].at("ip").get<std::string>());
  decode(packet);
  return packet_text(packet);
}

bool recorded(const Json& answer, const char* kind, const std::string& word) {
  for (const Json& line : answer.value(kind, Json::array())) {
    const std::string text = line.is_string() ? line.get<std::string>() : line.value("prefix", "");
    if (text.find(word) != text.npos) return true;
  }
  return false;
}

bool lives(const Json& answer, int seconds) {
  for (const Json& connection : answer.value("conntrack", Json::array())) {
    const int left = connection.value("timeout", -1);
    if (left <= seconds && left >= seconds - 2) return true;
  }
  return false;
}

// One part of an effect: its first word has been read.
bool holds(const Json& answer, const std::string& word, std::istringstream& words, std::string& part) {
  const auto next = [&] {
    std::string following;
    words >> following;
    part += ' ' + following;
    return following;
  };
  if (is_state(word)) return begins(answer.value("ctstate", ""), word);
  if (word == "at") return answer.value("dropped_at", "").find(next()) != std::string::npos;
  if (word == "by") return passed(answer, next());
  if (word == "as") {
    const std::string source = next(), arrow = next(), target = next();
    return begins(first_sent(answer), source + ' ' + arrow + ' ' + target + ' ');
  }
  if (word == "out") return first_sent(answer).find(next()) != std::string::npos;
  if (word == "log" || word == "nflog") return recorded(answer, word.c_str(), next());
  if (word == "timeout") return lives(answer, std::stoi(next()));
  if (word == "nolog") return answer.value("log", Json::array()).empty();
  return answer.value("out_if", "") == word;
}

}  // namespace

std::string missing(const std::string& effect, const Json& answer) {
  std::istringstream words(effect);
  std::string word;
  words >> word;
  if (answer.value("fate", "") != word) return word + ", not " + answer.value("fate", "");
  while (words >> word) {
    std::string part = word;
    if (!holds(answer, word, words, part)) return part;
  }
  return {};
}

}  // namespace fwsim::test
