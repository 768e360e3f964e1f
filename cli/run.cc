// fwsim run: what a script does to a machine's firewall, without a machine.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "cli/ask_all.hh"
#include "cli/host.hh"
#include "cli/load.hh"
#include "cli/run/plan.hh"
#include "cli/run/session.hh"
#include "cli/run/timeline.hh"
#include "cli/write_file.hh"
#include "parser/ipset.hh"
#include "parser/print.hh"
#include "reports/run_report.hh"

namespace fwsim {
namespace {

namespace fs = std::filesystem;

Descriptor memory_file(const std::string& text) {
  Descriptor file(memfd_create("fwsim", MFD_CLOEXEC));
  if (!file || write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) || lseek(file.get(), 0, SEEK_SET) != 0)
    throw EnvironmentError(fmt::format("no memory for the script's input: {}", std::strerror(errno)));
  return file;
}

std::pair<Descriptor, Descriptor> open_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) throw EnvironmentError(fmt::format("pipe: {}", std::strerror(errno)));
  return {Descriptor(fds[0]), Descriptor(fds[1])};
}

// Nothing is assumed: without a description there is but the loopback device, and sysctls that nobody named have the kernel's
// defaults.
Host begin_host(const RunArgs& args, const Setting& setting) {
  if (!args.host.snapshot.empty() || !args.host.toml.empty()) return setting.host;
  Host host;
  if (is_described(args.host)) {
    host = setting.host;
    host.sysctls.clear();
  } else {
    host.interfaces.push_back(loopback_interface());
    host.sets = setting.host.sets;
  }
  for (const std::string& text : args.host.sysctls)
    if (const auto found = setting.host.sysctls.find(text.substr(0, text.find('='))); found != setting.host.sysctls.end()) host.sysctls.insert(*found);
  return host;
}

std::string saved(const Machine& machine, Family family, bool counters) {
  const Ruleset ruleset = machine.ruleset(family);
  return ruleset.tables.empty() ? std::string() : print_ruleset(ruleset, {.counters = counters});
}

// A directory as the script of `fwsim collect` would have made it on that machine, with the written files beside.
void write_snapshot(const RunArgs& args, const Machine& machine, const Remains& remains) {
  const fs::path final = args.output, making = final.string() + ".part";
  std::error_code error;
  fs::remove_all(making, error);
  fs::create_directories(making, error);
  if (error) throw EnvironmentError(fmt::format("cannot make {}: {}", making.string(), error.message()));
  const auto put = [&](const fs::path& name, const std::string& text) {
    fs::create_directories((making / name).parent_path());
    write_file((making / name).string(), text);
  };
  put("rules.v4", print_ruleset(machine.ruleset(Family::v4), {.counters = true}));
  put("rules.v6", print_ruleset(machine.ruleset(Family::v6), {.counters = true}));
  put("ipset.save", print_ipsets(machine.sets().copy()));
  for (const auto& [name, text] : remains.network) put(name, text);
  std::string sysctls;
  for (const auto& [name, value] : remains.sysctls) sysctls += fmt::format("{} = {}\n", name, value);
  put("sysctl.txt", sysctls);
  for (const char* name : {"ss.txt", "conntrack.txt", "fdb.json", "nfacct.txt"})   // what a script does not change
    if (const fs::path from = fs::path(args.host.snapshot) / name; !args.host.snapshot.empty() && fs::is_regular_file(from, error)) fs::copy_file(from, making / name, error);
  for (const Leftover& file : remains.files) {
    const fs::path to = fs::path("files") / fs::path(file.path).relative_path();
    put(to, file.text);
    if (file.runs) fs::permissions(making / to, fs::perms::owner_exec, fs::perm_options::add, error);
  }
  fs::rename(making, final, error);
  if (error) throw EnvironmentError(fmt::format("cannot make {}: {}", final.string(), error.message()));
}

bool is_free(const std::string& directory) {
  std::error_code error;
  return !fs::exists(directory, error) || (fs::is_directory(directory, error) && fs::is_empty(directory, error));
}

std::optional<Admin> admin_of(const RunArgs& args, const Common& common) {
  if (args.admin.empty()) return admin_of_session({});
  QuestionFault fault;
  auto read = read_admin(args.admin, fault);
  if (!read) print_diagnostics({diagnostic_of(fault, args.admin, "--admin")}, common);
  return read;
}

}  // namespace

int run_script(const RunArgs& args, const Common& common) {
  if (args.command.empty()) {
    fmt::print(stderr, "fwsim: no script: fwsim run [OPTIONS] SCRIPT [ARGUMENTS]\n");
    return status_bad;
  }
  if (!args.output.empty() && !is_free(args.output)) {
    fmt::print(stderr, "fwsim: {} is there already, and not empty\n", args.output);
    return status_bad;
  }
  const auto admin = admin_of(args, common);
  const auto setting = admin ? load_setting(args.rules, args.host, common, false) : std::nullopt;
  if (!setting) return status_bad;
  const Host host = begin_host(args, *setting);
  RunState state{.begin = std::time(nullptr)};
  for (const auto& ruleset : {setting->v4, setting->v6})
    if (ruleset) state.machine.load(*ruleset);
  state.machine.sets().load(host.sets);
  const Machine begin = state.machine;

  SandboxSpec spec = plan_run(args.command, args.environment);
  spec.tools = tool_names();
  describe_network(host, spec);
  spec.sysctls = host.sysctls;
  char name[256] = "localhost";
  gethostname(name, sizeof name - 1);
  spec.host_name = name;
  const Descriptor input = memory_file(args.answers);
  auto [output, output_end] = open_pipe();
  auto [errors, errors_end] = open_pipe();
  spec.input = input.get();
  spec.output = output_end.get();
  spec.errors = errors_end.get();
  std::fflush(stdout);
  Sandbox sandbox(spec);
  output_end.reset();
  errors_end.reset();

  const bool json = args.format == "json";
  const auto show = [&](int to, std::string_view text) {
    if (args.quiet) return;
    std::FILE* stream = to == 1 && !json ? stdout : stderr;
    fmt::print(stream, "{}", text);
    std::fflush(stream);
  };
  RunReport report{.script = args.command[0], .admin = admin->anywhere ? "SSH over IPv4 from anywhere" : admin->traffic.text};
  Machine at_end = state.machine;
  RunSession session(sandbox, state, {.seconds = args.seconds}, std::move(output), std::move(errors), show);
  const bool in_time = session.run([&] {
    at_end = state.machine;
    report.seconds = state.now;
  });
  const Remains remains = sandbox.remains();

  report.status = session.status();
  report.stopped = !in_time;
  report.later_seconds = state.now;
  report.notes = session.notes();
  report.notes.insert(report.notes.end(), remains.notes.begin(), remains.notes.end());
  if (!is_described(args.host)) report.notes.push_back("the machine had no devices but lo: --snapshot, --host, --addr and --route describe it");
  report.windows = find_windows(begin, at_end, state, is_described(args.host) ? &host : nullptr, *admin, report.notes);
  report.rules4 = saved(at_end, Family::v4, false);
  report.rules6 = saved(at_end, Family::v6, false);
  report.sets = print_ipsets(at_end.sets().copy());
  report.later4 = saved(state.machine, Family::v4, false);
  report.later6 = saved(state.machine, Family::v6, false);
  report.changed_later = report.later4 != report.rules4 || report.later6 != report.rules6;
  for (const Leftover& file : remains.files) report.files.push_back({file.path, file.text.size()});
  for (const SysctlFault& fault : remains.refused) report.notes.push_back(fmt::format("the kernel does not take {} = {}: {}", fault.name, fault.value, fault.why));
  report.sysctls = remains.changed;
  report.steps = std::move(state.steps);
  if (!args.output.empty()) write_snapshot(args, args.later ? state.machine : at_end, remains);
  fmt::print("{}", json ? run_json(report) : run_text(report, args.timeline));
  const bool locked_out = std::any_of(report.windows.begin(), report.windows.end(), [](const RunWindow& w) { return w.kind == RunWindow::Kind::locked_out && !w.ends; });
  return report.status == 0 && in_time && !locked_out ? status_good : status_not;
}

}  // namespace fwsim
