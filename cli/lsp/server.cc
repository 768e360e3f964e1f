#include "cli/lsp/server.hh"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "cli/lsp/diagnostics.hh"
#include "cli/lsp/file_uri.hh"
#include "cli/lsp/judge.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_works = 2;   // answers that are worked on at a time; others wait
const Json nothing;

// The member, or null, whatever stands there.
const Json& at(const Json& json, std::string_view pointer) {
  const Json::json_pointer path{std::string(pointer)};
  return json.contains(path) ? json.at(path) : nothing;
}

bool has(const Json& list, const Json& one) { return list.is_array() && std::find(list.begin(), list.end(), one) != list.end(); }

// As a user would name it who works where the server does.
std::string file_of(const std::string& uri) {
  namespace fs = std::filesystem;
  const auto path = path_of_uri(uri);
  if (!path) return uri.substr(uri.rfind('/') + 1);
  std::error_code none;
  const fs::path near = fs::path(*path).lexically_relative(fs::current_path(none));
  return near.empty() || near.native().substr(0, 2) == ".." ? *path : near.string();
}

std::string uri_in(const Json& params) { return params.at("textDocument").at("uri").get<std::string>(); }

}  // namespace

int LspServer::run(int in) {
  std::signal(SIGPIPE, SIG_IGN);
  RpcReader reader;
  std::array<char, 65536> buffer{};
  while (!gone_) {
    std::vector<pollfd> lines{{.fd = in, .events = POLLIN, .revents = 0}};
    for (const auto& [uri, open] : open_)
      if (open.judging.work) lines.push_back({.fd = open.judging.work->line(), .events = POLLIN, .revents = 0});
    for (const Asked& asked : asked_)
      if (asked.work) lines.push_back({.fd = asked.work->line(), .events = POLLIN, .revents = 0});
    if (poll(lines.data(), lines.size(), milliseconds_left()) < 0 && errno != EINTR) throw EnvironmentError("cannot wait for the client");
    if (lines.front().revents != 0) {
      const ssize_t n = read(in, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;   // the client is gone
      reader.feed({buffer.data(), static_cast<std::size_t>(n)});
      while (auto message = reader.next()) {
        if (const auto* fault = std::get_if<RpcFault>(&*message))
          send(rpc_response(nullptr, *fault));
        else if (!take(std::get<Json>(*message)))
          return shut_ ? status_good : status_not;
      }
    }
    for (auto& [uri, open] : open_) hear_judging(open);
    std::erase_if(asked_, [&](Asked& asked) { return !hear_asked(asked); });
    give_up_late();
    begin_waiting();
  }
  return shut_ ? status_good : status_not;
}

bool LspServer::take(const Json& message) {
  if (!message.is_object() || !at(message, "/method").is_string()) {
    const bool response = message.is_object() && message.contains("id") && (message.contains("result") || message.contains("error"));
    if (!response) send(rpc_response(message.is_object() ? at(message, "/id") : nothing, RpcFault{RpcCode::invalid_request, "this is no message of JSON-RPC 2.0"}));
    return true;
  }
  const std::string method = message.at("method");
  if (method == "exit" && !message.contains("id")) return false;
  const Json& params = at(message, "/params");
  if (message.contains("id")) {
    requested(message.at("id"), method, params);
  } else if (initialized_ && !shut_) {
    try {
      notified(method, params);
    } catch (const Json::exception& e) {
      log(fmt::format("{}: the params are not as they should be: {}", method, e.what()));
    }
  }
  return true;
}

void LspServer::requested(const Json& id, const std::string& method, const Json& params) {
  bool later = false;
  RpcAnswer answered;
  try {
    const auto all = lsp_requests();
    const auto found = std::find_if(all.begin(), all.end(), [&](const LspRequest* request) { return request->method == method; });
    if (shut_) {
      answered = RpcFault{RpcCode::invalid_request, "the server is shut down"};
    } else if (method == "initialize") {
      answered = initialized_ ? RpcAnswer(RpcFault{RpcCode::invalid_request, "the server is initialized already"}) : initialize(params);
    } else if (!initialized_) {
      answered = RpcFault{RpcCode::not_initialized, "the first request is 'initialize'"};
    } else if (method == "shutdown") {
      shut_ = true;
      open_.clear();
      asked_.clear();
      answered = nothing;
    } else if (found == all.end()) {
      answered = RpcFault{RpcCode::method_not_found, fmt::format("there is no '{}' here", method)};
    } else {
      answered = answer(**found, id, params, later);
    }
  } catch (const Json::exception& e) {
    answered = RpcFault{RpcCode::invalid_params, fmt::format("the params are not as they should be: {}", e.what())};
  } catch (const EnvironmentError& e) {
    answered = RpcFault{RpcCode::internal_error, e.what()};
  }
  if (!later) send(rpc_response(id, answered));
}

RpcAnswer LspServer::initialize(const Json& params) {
  initialized_ = true;
  const Json& can = at(params, "/capabilities");
  client_.units = has(at(can, "/general/positionEncodings"), "utf-8") ? PositionUnits::utf8 : PositionUnits::utf16;
  client_.markdown = has(at(can, "/textDocument/hover/contentFormat"), "markdown");
  client_.related = at(can, "/textDocument/publishDiagnostics/relatedInformation") == Json(true);
  client_.tags = has(at(can, "/textDocument/publishDiagnostics/tagSupport/valueSet"), 1);   // DiagnosticTag.Unnecessary
  client_.actions = at(can, "/textDocument/codeAction/codeActionLiteralSupport").is_object();
  client_.disabled = at(can, "/textDocument/codeAction/disabledSupport") == Json(true);
  // Settings that are not beside a ruleset are looked for where fwsim runs, and files are named from there.
  std::string root = at(params, "/rootUri").is_string() ? params.at("rootUri").get<std::string>() : "";
  if (const Json& first = at(params, "/workspaceFolders/0/uri"); root.empty() && first.is_string()) root = first;
  if (const auto path = path_of_uri(root); path && chdir(path->c_str()) != 0) log(fmt::format("cannot go to {}", *path));
  Json capabilities{{"positionEncoding", client_.units == PositionUnits::utf8 ? "utf-8" : "utf-16"},
                    {"textDocumentSync", {{"openClose", true}, {"change", 2}, {"save", true}}}};   // TextDocumentSyncKind.Incremental
  for (const LspRequest* request : lsp_requests())
    if (!request->capability.empty()) capabilities[std::string(request->capability)] = request->options ? request->options() : Json(true);
  return Json{{"capabilities", std::move(capabilities)}, {"serverInfo", {{"name", "fwsim"}, {"version", FWSIM_VERSION}}}};
}

RpcAnswer LspServer::answer(const LspRequest& request, const Json& id, const Json& params, bool& later) {
  const std::string uri = uri_in(params);
  const auto found = open_.find(uri);
  if (found == open_.end()) return RpcFault{RpcCode::invalid_params, fmt::format("{} is not open", uri)};
  if (!request.aside) return request.answer({.document = found->second.document, .params = params, .findings = found->second.findings, .client = client_});
  later = true;
  asked_.push_back({.id = id, .params = params, .request = &request, .uri = uri, .work = nullptr});
  return nothing;
}

void LspServer::notified(const std::string& method, const Json& params) {
  if (method == "textDocument/didOpen") return opened(params);
  if (method == "textDocument/didChange") return changed(params);
  if (method == "textDocument/didClose") return closed(params);
  if (method == "$/cancelRequest") return cancelled(params.at("id"));
  if (method == "textDocument/didSave") {
    const auto found = open_.find(uri_in(params));
    if (found == open_.end()) return;
    // Settings may have been saved before, after they were read for what is under way.
    judge_again(found->second);
    if (found->second.judging.work) found->second.judging.work->urge();
    return;
  }
  // Settings, hosts or sets may be others now.
  if (method == "workspace/didChangeWatchedFiles" || method == "workspace/didChangeConfiguration")
    for (auto& [uri, open] : open_) judge_again(open);
}

void LspServer::opened(const Json& params) {
  const Json& item = params.at("textDocument");
  const std::string uri = item.at("uri");
  open_.erase(uri);
  LspDocument document(uri, file_of(uri), item.at("version").get<std::int64_t>(), item.at("text").get<std::string>(), client_.units);
  judge_again(open_.emplace(uri, Open{.document = std::move(document)}).first->second);
}

void LspServer::changed(const Json& params) {
  const auto found = open_.find(uri_in(params));
  if (found == open_.end()) return log(fmt::format("{} is changed and is not open", uri_in(params)));
  Open& open = found->second;
  open.findings = nullptr;
  open.document.change(params.at("textDocument").at("version").get<std::int64_t>(), params.at("contentChanges"));
  judge_again(open);
}

void LspServer::closed(const Json& params) {
  const auto found = open_.find(uri_in(params));
  if (found == open_.end()) return;
  for (const std::string& other : found->second.elsewhere) send(rpc_notification("textDocument/publishDiagnostics", {{"uri", other}, {"diagnostics", Json::array()}}));
  send(rpc_notification("textDocument/publishDiagnostics", {{"uri", found->first}, {"diagnostics", Json::array()}}));
  open_.erase(found);
}

void LspServer::cancelled(const Json& id) {
  std::erase_if(asked_, [&](const Asked& asked) {
    if (asked.id != id) return false;
    send(rpc_response(id, RpcFault{RpcCode::request_cancelled, "cancelled"}));
    return true;
  });
}

void LspServer::judge_again(Open& open) {
  open.judging = {};
  const auto work = [&](const WorkLine& line) { judge(open.document, client_, std::chrono::duration<double>(args_.pause), line); };
  try {
    open.judging.work = std::make_unique<LspWork>(work);
  } catch (const EnvironmentError& e) {
    log(e.what());
  }
}

void LspServer::hear_judging(Open& open) {
  if (!open.judging.work) return;
  for (const Json& said : open.judging.work->hear()) judged(open, said);
  if (!open.judging.work->ended()) return;
  if (open.judging.end && (open.findings.is_null() || open.judging.partly)) {
    open.faults.push_back(note_diagnostic(open.document, "not judged by lint: the process that did it has ended"));
    show(open);
  }
  open.judging = {};
}

void LspServer::judged(Open& open, const Json& said) {
  if (said.contains("failed")) {
    open.faults.push_back(note_diagnostic(open.document, "not judged by lint: " + said.at("failed").get<std::string>()));
    open.findings = Json::array();
    return show(open);
  }
  const bool had_faults = !open.faults.empty();
  open.faults = said.at("faults");
  if (!said.contains("findings")) {
    const bool bad = std::any_of(open.faults.begin(), open.faults.end(), [](const Json& fault) { return fault.at("severity") == 1; });
    if (!bad) open.judging.end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(args_.pause + args_.seconds));
    // The client moves findings along with the text; without faults they stay until there are new ones.
    if (had_faults || !open.faults.empty()) show(open);
    return;
  }
  open.findings = said.at("findings");
  open.judging.partly = said.contains("partly");
  show(open);
  std::set<std::string> others;
  for (const auto& [uri, list] : said.at("elsewhere").items()) {
    send(rpc_notification("textDocument/publishDiagnostics", {{"uri", uri}, {"diagnostics", list}}));
    others.insert(uri);
  }
  for (const std::string& uri : open.elsewhere)
    if (!others.contains(uri)) send(rpc_notification("textDocument/publishDiagnostics", {{"uri", uri}, {"diagnostics", Json::array()}}));
  open.elsewhere = std::move(others);
}

void LspServer::show(Open& open) {
  Json list = open.faults;
  for (const Json& finding : open.findings) list.push_back(finding.at("diagnostic"));
  send(rpc_notification("textDocument/publishDiagnostics", {{"uri", open.document.uri()}, {"version", open.document.version()}, {"diagnostics", std::move(list)}}));
}

// Works whose time is over.
void LspServer::give_up_late() {
  const auto now = Clock::now();
  for (auto& [uri, open] : open_) {
    if (!open.judging.work || !open.judging.end || *open.judging.end > now) continue;
    const std::string_view what = open.judging.partly ? "no rule was compared with the others, which" : "not judged by lint, which";
    open.judging = {};
    open.faults.push_back(note_diagnostic(open.document, fmt::format("{} would take longer than {} s: fwsim lint takes its time (--seconds gives it more here)", what, args_.seconds)));
    show(open);
  }
  std::erase_if(asked_, [&](const Asked& asked) {
    if (!asked.work || asked.end > now) return false;
    const RpcFault late{RpcCode::request_failed, fmt::format("the answer takes longer than {} s", args_.answer)};
    send(rpc_response(asked.id, asked.meanwhile ? RpcAnswer(*asked.meanwhile) : RpcAnswer(late)));
    return true;
  });
}

void LspServer::begin_waiting() {
  auto busy = static_cast<std::size_t>(std::count_if(asked_.begin(), asked_.end(), [](const Asked& asked) { return asked.work != nullptr; }));
  std::erase_if(asked_, [&](Asked& asked) {
    if (asked.work || busy >= most_works) return false;
    const auto found = open_.find(asked.uri);
    if (found == open_.end()) {
      send(rpc_response(asked.id, RpcFault{RpcCode::request_failed, fmt::format("{} was closed", asked.uri)}));
      return true;
    }
    const Open& open = found->second;
    const auto work = [&](const WorkLine& line) {
      const LspQuestion question{.document = open.document, .params = asked.params, .findings = open.findings, .client = client_,
                                 .meanwhile = [&](const Json& answer) { line.say({{"meanwhile", answer}}); }};
      try {
        const RpcAnswer answer = asked.request->answer(question);
        if (const auto* fault = std::get_if<RpcFault>(&answer))
          line.say({{"fault", static_cast<int>(fault->code)}, {"text", fault->text}});
        else
          line.say({{"answer", std::get<Json>(answer)}});
      } catch (const Json::exception& e) {
        line.say({{"fault", static_cast<int>(RpcCode::invalid_params)}, {"text", e.what()}});
      }
    };
    try {
      asked.work = std::make_unique<LspWork>(work);
    } catch (const EnvironmentError& e) {
      send(rpc_response(asked.id, RpcFault{RpcCode::internal_error, e.what()}));
      return true;
    }
    asked.end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(args_.answer));
    ++busy;
    return false;
  });
}

bool LspServer::hear_asked(Asked& asked) {
  if (!asked.work) return true;
  for (const Json& said : asked.work->hear()) {
    if (said.contains("meanwhile")) {
      asked.meanwhile = said.at("meanwhile");
      continue;
    }
    if (said.contains("answer"))
      send(rpc_response(asked.id, said.at("answer")));
    else if (said.contains("fault"))
      send(rpc_response(asked.id, RpcFault{static_cast<RpcCode>(said.at("fault").get<int>()), said.at("text").get<std::string>()}));
    else
      send(rpc_response(asked.id, RpcFault{RpcCode::request_failed, said.at("failed").get<std::string>()}));
    return false;
  }
  if (!asked.work->ended()) return true;
  send(rpc_response(asked.id, RpcFault{RpcCode::internal_error, "the process that worked on the answer has ended"}));
  return false;
}

// Until the next work must end; -1: none must.
int LspServer::milliseconds_left() const {
  std::optional<Clock::time_point> first;
  const auto add = [&](Clock::time_point end) { first = std::min(first.value_or(end), end); };
  for (const auto& [uri, open] : open_)
    if (open.judging.work && open.judging.end) add(*open.judging.end);
  for (const Asked& asked : asked_)
    if (asked.work) add(asked.end);
  if (!first) return -1;
  return static_cast<int>(std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(*first - Clock::now()).count()));
}

void LspServer::send(const std::string& message) {
  for (std::string_view left = message; !left.empty();) {
    const ssize_t n = write(out_, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      gone_ = true;
      return;
    }
    left.remove_prefix(static_cast<std::size_t>(n));
  }
}

// To the client's log (window/logMessage, MessageType.Warning).
void LspServer::log(const std::string& text) { send(rpc_notification("window/logMessage", {{"type", 2}, {"message", text}})); }

}  // namespace fwsim
