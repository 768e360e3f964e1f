// The server: reads messages, keeps the open documents, answers what can be answered at once, and has works do the rest. One thread;
// it waits for the client, for its works and for their time to run out.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hh"
#include "cli/lsp/request.hh"
#include "cli/lsp/work.hh"

namespace fwsim {

class LspServer {
 public:
  LspServer(const LspArgs& args, int out) : args_(args), out_(out) {}
  // Serves until the client says exit, or is gone. The exit status: 0 after a shutdown, otherwise 1.
  int run(int in);

 private:
  using Clock = std::chrono::steady_clock;

  // Of this a document has one at most: it is ended when the text changes.
  struct Judging {
    std::unique_ptr<LspWork> work;
    std::optional<Clock::time_point> end;   // from when on it may not go on; nothing: it has not begun to prove
    bool partly = false;                    // some of what lint finds is known
  };
  struct Open {
    LspDocument document;
    Judging judging{};
    Json faults = Json::array();            // of this version, as far as it is judged
    Json findings{};                        // null: not known
    std::set<std::string> elsewhere{};      // other files about which something was said
  };
  // A request that is being answered, or waits for that.
  struct Asked {
    Json id, params;
    const LspRequest* request = nullptr;
    std::string uri;
    std::unique_ptr<LspWork> work;          // null: it waits
    Clock::time_point end{};
    std::optional<Json> meanwhile{};
  };

  bool take(const Json& message);           // false: exit
  void notified(const std::string& method, const Json& params);
  void requested(const Json& id, const std::string& method, const Json& params);
  RpcAnswer initialize(const Json& params);
  RpcAnswer answer(const LspRequest& request, const Json& id, const Json& params, bool& later);

  void opened(const Json& params);
  void changed(const Json& params);
  void closed(const Json& params);
  void cancelled(const Json& id);
  void judge_again(Open& open);
  void hear_judging(Open& open);
  void judged(Open& open, const Json& said);
  void show(Open& open);
  void give_up_late();

  void begin_waiting();
  bool hear_asked(Asked& asked);            // false: it is answered
  int milliseconds_left() const;

  void send(const std::string& message);
  void log(const std::string& text);

  const LspArgs args_;
  const int out_;
  LspClient client_;
  bool initialized_ = false, shut_ = false, gone_ = false;
  std::map<std::string, Open> open_;
  std::vector<Asked> asked_;                // in the order in which they came
};

}  // namespace fwsim
