// JSON-RPC 2.0 as language servers speak it (LSP 3.17, "Base Protocol"): a header with the length in bytes, an empty line, JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "model/json.hh"

namespace fwsim {

using Json = nlohmann::json;

// ErrorCodes and LSPErrorCodes.
enum class RpcCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  not_initialized = -32002,
  request_failed = -32803,
  request_cancelled = -32800
};

struct RpcFault {
  RpcCode code{};
  std::string text;
};

// What is answered to a request.
using RpcAnswer = std::variant<Json, RpcFault>;

// Messages as they are sent, header included. What is not UTF-8 becomes U+FFFD.
std::string rpc_response(const Json& id, const RpcAnswer& answer);
std::string rpc_notification(std::string_view method, const Json& params);

// Cuts what comes in into messages. After a header that cannot be read it goes on with the next Content-Length that it finds.
class RpcReader {
 public:
  static constexpr std::size_t longest_header = 4096, longest_message = std::size_t{1} << 30;   // bytes

  void feed(std::string_view bytes) { bytes_ += bytes; }
  // The next message, or what is wrong with its header or its JSON; nothing as long as it is not whole.
  std::optional<RpcAnswer> next();

 private:
  std::optional<RpcAnswer> header();
  RpcFault lost(std::string text);

  std::string bytes_;
  std::size_t at_ = 0;                  // before it all is read
  std::optional<std::size_t> length_;   // of the message that is coming; nothing: its header is not read
  bool lost_ = false;                   // looks for the next header
};

}  // namespace fwsim
