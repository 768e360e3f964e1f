#include "cli/run/timeline.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "lint/meanwhile.hh"
#include "parser/print.hh"

namespace fwsim {
namespace {

using Kind = RunWindow::Kind;
constexpr std::array kinds{Kind::locked_out, Kind::session_cut, Kind::exposed};
constexpr std::chrono::seconds most_time{10};

// How well the administrator gets in: not at all, in part or perhaps, for certain. Who comes from anywhere needs one place.
int level(const Lockout& lockout, std::size_t check) {
  const Share share = lockout.checks[check].share;
  return share == Share::none ? 0 : share == Share::all || lockout.anywhere ? 2 : 1;
}

struct Access {
  int fresh = 2, session = 2;
  const AnsweredClass* stopped(const Lockout& lockout, Kind kind) const {
    const std::size_t i = kind == Kind::locked_out ? 0 : session_at;
    return i < lockout.checks.size() && !lockout.checks[i].stopped.empty() ? &lockout.checks[i].stopped.front() : nullptr;
  }
  std::size_t session_at = 1;   // the worse of the session and its replies
};

Access access_of(const Lockout& lockout) {
  Access access;
  access.fresh = level(lockout, 0);
  const int known = level(lockout, 1), replies = level(lockout, 2);
  access.session = std::min(known, replies);
  access.session_at = replies < known ? 2 : 1;
  return access;
}

// The windows of one family: the ruleset after each step is told in order.
class Watch {
 public:
  Watch(Ruleset before, Ruleset after, const Host* host, const Admin& admin)
      : before_(std::move(before)), after_(std::move(after)), host_(host), admin_(admin) {
    // Who said nothing of IPv6 need not get in by it.
    comes_by_this_ = admin.traffic.family ? *admin.traffic.family == after_.family : !admin.anywhere || after_.family == Family::v4;
    if (comes_by_this_) {
      begin_ = access_of(check_lockout(before_, host_, admin_, false));
      end_ = access_of(check_lockout(after_, host_, admin_, false));
    }
    may_open_ = closes_anything(before_, host_) && closes_anything(after_, host_);
  }

  void see(std::size_t step, const Ruleset& now, bool& complete) {
    if (comes_by_this_) see_access(step, now);
    const auto open = may_open_ ? exposed_meanwhile(before_, now, after_, host_, complete) : std::nullopt;
    set(Kind::exposed, step, open.has_value(), [&](RunWindow& w) {
      w.packet = open->packet.question;
      w.by = open->by.name;
    });
  }

  void see_access(std::size_t step, const Ruleset& now) {
    const Lockout lockout = check_lockout(now, host_, admin_, false);
    const Access access = access_of(lockout);
    // Worse than it was and will be; or as bad as it will be, which is worse than it was.
    const auto worse = [](int here, int begin, int end) { return here < std::min(begin, end) || (end == 0 && here == 0 && begin > 0); };
    for (const Kind kind : {Kind::locked_out, Kind::session_cut}) {
      const bool fresh = kind == Kind::locked_out;
      const bool is = fresh ? worse(access.fresh, begin_.fresh, end_.fresh) : worse(access.session, begin_.session, end_.session);
      set(kind, step, is, [&](RunWindow& w) {
        const Lockout shown = check_lockout(now, host_, admin_);
        const AnsweredClass* who = access.stopped(shown, kind);
        if (!who) return;
        w.packet = who->packet;
        w.by = who->by.name;
        w.text = who->pieces.empty() ? "" : who->pieces.front().text;
        w.partly = (fresh ? access.fresh : access.session) > 0;
      });
    }
  }

  std::vector<RunWindow> finish(std::size_t last) {
    for (const Kind kind : kinds)
      if (auto& open = open_[static_cast<std::size_t>(kind)]) {
        open->to = last;
        open->ends = false;
        found_.push_back(*open);
        open.reset();
      }
    return std::move(found_);
  }

 private:
  template <class Fill>
  void set(Kind kind, std::size_t step, bool is, Fill fill) {
    auto& open = open_[static_cast<std::size_t>(kind)];
    if (is && !open) {
      open = RunWindow{.kind = kind, .from = step, .to = step};
      fill(*open);
    } else if (!is && open) {
      open->to = step;
      found_.push_back(*open);
      open.reset();
    }
  }

  Ruleset before_, after_;
  const Host* host_;
  const Admin& admin_;
  Access begin_, end_;
  bool comes_by_this_ = false, may_open_ = false;
  std::array<std::optional<RunWindow>, kinds.size()> open_;
  std::vector<RunWindow> found_;
};

void ask_again(Machine& machine, const RunState::Asked& asked) {
  machine.read_file = [&](const std::string& path) -> std::optional<std::string> {
    const auto found = asked.files.find(path);
    return found == asked.files.end() ? std::nullopt : std::optional(found->second);
  };
  machine.run(asked.call);
  machine.read_file = {};
}

}  // namespace

std::vector<RunWindow> find_windows(const Machine& begin, const Machine& end, const RunState& run, const Host* host, const Admin& admin,
                                    std::vector<std::string>& notes) {
  std::vector<RunWindow> all;
  const std::size_t steps = run.steps.size();
  Machine machine = begin;
  const auto until = std::chrono::steady_clock::now() + most_time;
  for (const Family family : {Family::v4, Family::v6}) {
    const Ruleset before = begin.ruleset(family), after = end.ruleset(family);
    machine = begin;
    std::string seen = print_ruleset(before, {});
    std::optional<Watch> watch;
    bool complete = true;
    std::size_t looked = 0;
    for (std::size_t i = 0; i < steps; ++i) {
      if (run.steps[i].changes == 0) continue;
      for (const std::size_t call : run.steps[i].calls) ask_again(machine, run.asked[call]);
      Ruleset now = machine.ruleset(family);
      std::string text = print_ruleset(now, {});
      if (text == seen) continue;
      seen = std::move(text);
      if (std::chrono::steady_clock::now() > until) {
        notes.push_back(fmt::format("of the {} rulesets on the way only the first {} were looked at, for want of time", family == Family::v4 ? "IPv4" : "IPv6", looked));
        break;
      }
      if (!watch) watch.emplace(before, after, host, admin);
      watch->see(i, now, complete);
      ++looked;
    }
    if (!complete) notes.push_back("what is open meanwhile was too much to be looked at in whole");
    if (!watch) continue;
    for (RunWindow& window : watch->finish(steps - 1)) {
      window.family = family;
      all.push_back(std::move(window));
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const RunWindow& a, const RunWindow& b) { return a.from < b.from; });
  return all;
}

}  // namespace fwsim
