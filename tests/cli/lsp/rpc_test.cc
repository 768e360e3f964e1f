// Messages of the language server, cut out of what comes in.
#include "cli/lsp/rpc.hh"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "cli/lsp/file_uri.hh"

using namespace fwsim;

namespace {

std::string framed(const std::string& body, const std::string& name = "Content-Length") { return name + ": " + std::to_string(body.size()) + "\r\n\r\n" + body; }

// What is read: messages as they are printed, faults with a '!' before them.
std::vector<std::string> read(const std::string& bytes, std::size_t at_a_time) {
  RpcReader reader;
  std::vector<std::string> out;
  for (std::size_t from = 0; from < bytes.size(); from += at_a_time) {
    reader.feed(std::string_view(bytes).substr(from, at_a_time));
    while (auto message = reader.next()) {
      if (const auto* fault = std::get_if<RpcFault>(&*message))
        out.push_back("!" + fault->text);
      else
        out.push_back(std::get<Json>(*message).dump());
    }
  }
  return out;
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("messages come out whole, however they come in") {
  const std::string bytes = framed("{\"a\":1}") + "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n" + framed("[2]", "content-length") + framed("{}") + "Content-Length: 9\r\n\r\n{\"b\":";
  for (std::size_t n = 1; n < bytes.size(); ++n) CHECK(read(bytes, n) == List{"{\"a\":1}", "[2]", "{}"});
}

TEST_CASE("what is broken is said, and what follows is read") {
  for (const std::size_t n : {1U, 3U, 100000U}) {
    CHECK(read(framed("{oops") + framed("{}"), n) == List{"!the message is no JSON", "{}"});
    CHECK(read(framed("\"\xff\"") + framed("{}"), n) == List{"!the message is no JSON", "{}"});
    CHECK(read("Content-Length: -1\r\n\r\n" + framed("{}"), n) == List{"!Content-Length is no length", "{}"});
    CHECK(read("Content-Length: 99999999999999999999\r\n\r\n" + framed("{}"), n) == List{"!Content-Length is no length", "{}"});
    CHECK(read("Content-Length: 2000000000\r\n\r\n" + framed("{}"), n) == List{"!Content-Length is no length", "{}"});
    CHECK(read("Content-Type: x\r\n\r\n{}" + framed("{}"), n) == List{"!the header has no Content-Length", "{}"});
    CHECK(read("GET /\r\n\r\n" + framed("{}"), n) == List{"!a line of the header has no ':'", "{}"});
    CHECK(read(std::string(5000, 'x') + framed("{}"), n) == List{"!no header has more than 4096 bytes", "{}"});
  }
  CHECK(read("", 1).empty());
}

TEST_CASE("responses and notifications") {
  CHECK(rpc_response(7, Json(nullptr)) == framed(R"({"id":7,"jsonrpc":"2.0","result":null})"));
  CHECK(rpc_response("x", RpcFault{RpcCode::method_not_found, "no"}) == framed(R"({"error":{"code":-32601,"message":"no"},"id":"x","jsonrpc":"2.0"})"));
  CHECK(rpc_notification("m", "\xff") == framed("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":\"\xef\xbf\xbd\"}"));
}

TEST_CASE("paths and URIs") {
  CHECK(path_of_uri("file:///etc/a%20b%C3%A4.v4") == "/etc/a b\xc3\xa4.v4");
  CHECK(path_of_uri("file://localhost/etc/x") == "/etc/x");
  CHECK(path_of_uri("file:///50%") == "/50%");
  CHECK(path_of_uri("file:///%zz") == "/%zz");
  CHECK_FALSE(path_of_uri("untitled:Untitled-1"));
  CHECK(uri_of_path("/etc/a b\xc3\xa4.v4") == "file:///etc/a%20b%C3%A4.v4");
}
