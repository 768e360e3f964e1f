#include "cli/lsp/rpc.hh"

#include <fmt/format.h>

#include <charconv>

#include "model/value.hh"

namespace fwsim {
namespace {

constexpr std::string_view length_name = "Content-Length", ends = "\r\n", blank = "\r\n\r\n";

std::string framed(const Json& message) {
  const std::string text = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  return fmt::format("{}: {}{}{}", length_name, text.size(), blank, text);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string rpc_response(const Json& id, const RpcAnswer& answer) {
  Json message{{"jsonrpc", "2.0"}, {"id", id}};
  if (const auto* fault = std::get_if<RpcFault>(&answer))
    message["error"] = {{"code", static_cast<int>(fault->code)}, {"message", fault->text}};
  else
    message["result"] = std::get<Json>(answer);
  return framed(message);
}

std::string rpc_notification(std::string_view method, const Json& params) { return framed({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}}); }

std::optional<RpcAnswer> RpcReader::next() {
  if (!length_)
    if (auto fault = header()) return fault;
  if (!length_ || bytes_.size() - at_ < *length_) return std::nullopt;
  const std::string_view body = std::string_view(bytes_).substr(at_, *length_);
  Json message = Json::parse(body, nullptr, false);
  at_ += *length_;
  length_.reset();
  if (at_ > bytes_.size() / 2) {   // not after each of many small ones
    bytes_.erase(0, at_);
    at_ = 0;
  }
  if (message.is_discarded()) return RpcFault{RpcCode::parse_error, "the message is no JSON"};
  return message;
}

// Reads the header, once it is there. Field names are those of HTTP: in any case.
std::optional<RpcAnswer> RpcReader::header() {
  if (lost_) {
    const std::size_t found = bytes_.find(length_name, at_);
    if (found == std::string::npos) {   // its beginning may be there
      bytes_.erase(0, bytes_.size() - std::min(bytes_.size(), length_name.size()));
      at_ = 0;
      return std::nullopt;
    }
    at_ = found;
    lost_ = false;
  }
  const std::string_view rest = std::string_view(bytes_).substr(at_);
  const std::size_t end = rest.find(blank);
  if (end == std::string_view::npos || end > longest_header) {
    if (rest.size() <= longest_header) return std::nullopt;
    return lost(fmt::format("no header has more than {} bytes", longest_header));
  }
  std::optional<std::size_t> length;
  for (std::string_view lines = rest.substr(0, end); !lines.empty();) {
    const std::string_view line = lines.substr(0, lines.find(ends));
    lines.remove_prefix(std::min(lines.size(), line.size() + ends.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return lost("a line of the header has no ':'");
    if (!equal_ignoring_case(trimmed(line.substr(0, colon)), length_name)) continue;   // Content-Type says nothing new
    const std::string_view number = trimmed(line.substr(colon + 1));
    std::size_t read = 0;
    const auto [stop, fault] = std::from_chars(number.data(), number.data() + number.size(), read);
    if (fault != std::errc() || stop != number.data() + number.size() || read > longest_message) return lost("Content-Length is no length");
    length = read;
  }
  if (!length) return lost("the header has no Content-Length");
  length_ = length;
  at_ += end + blank.size();
  return std::nullopt;
}

RpcFault RpcReader::lost(std::string text) {
  lost_ = true;
  at_ = std::min(at_ + 1, bytes_.size());   // not the same one again
  return {RpcCode::parse_error, std::move(text)};
}

}  // namespace fwsim
