#include "parser/nfacct.hh"

#include <optional>
#include <string>

#include "model/value.hh"

namespace fwsim {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") + 1 - from);
}

// nfacct fills numbers up with zeros, which do not make them octal.
std::uint64_t decimal(std::string_view text) {
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') break;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

std::optional<std::string_view> value_of(std::string_view list, std::string_view key) {
  for (const std::string_view part : split(list, ',')) {
    const std::size_t equal = part.find('=');
    if (equal != part.npos && trimmed(part.substr(0, equal)) == key) return trimmed(part.substr(equal + 1));
  }
  return std::nullopt;
}

}  // namespace

void read_accounts(std::string_view text, Host& host) {
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t open = line.find('{'), close = line.find('}'), name = line.find('=', close == line.npos ? 0 : close);
    if (open == line.npos || close == line.npos || close < open || name == line.npos) continue;
    const std::string_view list = line.substr(open + 1, close - open - 1);
    std::string_view word = trimmed(line.substr(name + 1));
    if (word.ends_with(';')) word.remove_suffix(1);
    Account account;
    account.counters = {decimal(value_of(list, "pkts").value_or("")), decimal(value_of(list, "bytes").value_or(""))};
    if (const auto quota = value_of(list, "quota")) account.quota = decimal(*quota);
    account.quota_in_bytes = value_of(list, "mode") == "byte";
    host.accounts[std::string(trimmed(word))] = account;
  }
}

bool add_account(std::span<const std::string_view> words, Host& host) {
  Account account;
  if (words.size() == 3 && (words[1] == "packet" || words[1] == "byte")) {
    account.quota = decimal(words[2]);
    account.quota_in_bytes = words[1] == "byte";
  } else if (words.size() != 1) {
    return false;
  }
  host.accounts[std::string(words[0])] = account;
  return true;
}

}  // namespace fwsim
