// What a script did to a machine's firewall.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/types.hh"

namespace fwsim {

// A command that the script called.
struct RunStep {
  std::string file;                  // of the script that has it; empty when not known
  unsigned line = 0;                 // 0: not known
  std::vector<unsigned> from;        // lines of the calls (of functions, of other files) that led there, the innermost first
  std::string script;                // the file of the last of these
  std::vector<std::string> argv;
  int status = 0;                    // exit status
  double at = 0;                     // seconds of the script's own time
  bool later = false;                // after the script had ended
  int job = 0;                       // it began this job
  std::size_t changes = 0;           // of rules, sets, settings
  std::string err;                   // what it said on standard error
  std::string left_out;              // what it would have done besides
  std::vector<std::size_t> calls;    // what the machine was asked, by number
};

// A stretch of the run in which something is not as it was before and is afterwards.
struct RunWindow {
  enum class Kind : std::uint8_t { locked_out, session_cut, exposed };
  Kind kind = Kind::locked_out;
  Family family = Family::v4;
  std::size_t from = 0, to = 0;      // steps: after `from` it was so, and no longer after `to`
  bool ends = true;                  // else it is so at the end, too
  bool partly = false;               // some of the administrator's packets pass, or may
  std::string packet;                // for 'fwsim ask'
  std::string text;                  // whose packets, in words
  std::string by;                    // the rule or policy that decides it then
};

struct RunReport {
  std::string script;
  std::string admin;                 // who must not be locked out, in words
  int status = 0;                    // of the script
  bool stopped = false;              // at a limit of time or memory
  double seconds = 0;                // of the script's own time, up to its end
  double later_seconds = 0;          // and up to the end of what it left behind
  std::vector<RunStep> steps;
  std::vector<RunWindow> windows;
  std::vector<std::string> notes;
  struct File {
    std::string path;
    std::size_t size = 0;
  };
  std::vector<File> files;           // written
  std::vector<std::string> sysctls;  // "net.ipv4.ip_forward = 1", changed
  std::string rules4, rules6, sets;  // what is there at the end, as saved
  bool changed_later = false;        // what it left behind changed the rules after its end
  std::string later4, later6;        // the rules then
};

std::string run_text(const RunReport& report, bool timeline);
std::string run_json(const RunReport& report);

}  // namespace fwsim
