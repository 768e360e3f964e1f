#include "simulator/sources/question_words.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/diagnostic.hh"

namespace fwsim {

std::vector<QuestionWord> question_words(std::string_view text) {
  std::vector<QuestionWord> list;
  for (std::size_t at = 0; at < text.size();) {
    at = text.find_first_not_of(" \t", at);
    if (at == text.npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    list.push_back({text.substr(at, end - at), at + 1});
    at = end;
  }
  return list;
}

QuestionFault fault_at(const QuestionWord& word, std::string text, std::string hint) {
  return {word.column, std::max<std::size_t>(1, word.text.size()), std::move(text), std::move(hint)};
}

QuestionFault not_understood(const QuestionWord& word, std::vector<std::string_view> others) {
  for (const FlagWord& flag : flag_words) others.push_back(flag.name);
  const std::string near = did_you_mean(word.text, others);
  return fault_at(word, fmt::format("'{}' is not understood here", word.text), near.empty() ? "see: fwsim help ask" : "did you mean " + near + "?");
}

bool split_endpoint(const QuestionWord& word, std::string_view& address, std::string_view& port, QuestionFault& fault) {
  address = word.text;
  port = {};
  if (!address.empty() && address[0] == '[') {
    const std::size_t close = address.find(']');
    if (close == address.npos) {
      fault = fault_at(word, "the bracket is never closed");
      return false;
    }
    port = address.substr(close + 1);
    address = address.substr(1, close - 1);
    if (!port.empty() && port[0] != ':') {
      fault = fault_at(word, "a ':' and the port follow the bracket");
      return false;
    }
    if (!port.empty()) port.remove_prefix(1);
  } else if (std::count(address.begin(), address.end(), ':') == 1) {
    const std::size_t colon = address.find(':');
    port = address.substr(colon + 1);
    address = address.substr(0, colon);
  }
  return true;
}

}  // namespace fwsim
