// What lint says of the notes that keep it quiet; lint/suppress.cc finds it.
#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {

const Check unused_suppression{
    .id = "FW901", .name = "unused-suppression",
    .title = "a finding is allowed that is not there",
    .why = "The fault is gone, or the note stands at another rule than is meant; it would hide the next fault.",
    .fix = "delete the note",
    .bad = "*filter\n:INPUT DROP [0:0]\n# fwsim: allow FW104 proxy to come\n"
           "-A INPUT -p tcp -m tcp --dport 80 -m multiport --sports 443,8080 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:INPUT DROP [0:0]\n# fwsim: allow FW104 proxy to come\n"
            "-A INPUT -p tcp -m tcp --dport 80 -m multiport --dports 443,8080 -j ACCEPT\nCOMMIT\n",
    .mend = Mend::safe};

const Check bad_suppression{
    .id = "FW902", .name = "bad-suppression",
    .title = "a note for fwsim cannot be read",
    .why = "What it was to allow is not allowed. A note without a reason can be read, but nobody will know whether it still holds.",
    .fix = "write it as: # fwsim: allow FW101,FW103 the reason",
    .bad = "*filter\n:INPUT DROP [0:0]\n# fwsim: allow FW14 proxy to come\n"
           "-A INPUT -p tcp -m tcp --dport 80 -m multiport --dports 443,8080 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:INPUT DROP [0:0]\n# fwsim: allow FW104 proxy to come\n"
            "-A INPUT -p tcp -m tcp --dport 80 -m multiport --dports 443,8080 -j ACCEPT\nCOMMIT\n",
    .severity = Severity::error};

}  // namespace fwsim::checks
