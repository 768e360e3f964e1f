// What no ruleset answers. Each says who does.
#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr char packages_text[] = "not in a ruleset: ask the package manager (dpkg -l iptables)";
constexpr char nftables_text[] = "not in a ruleset: 'nft list ruleset' and 'systemctl status nftables' tell";
constexpr char standards_text[] = "not in a ruleset: once the standard is written down as a policy, 'fwsim verify' proves the rules against it";
constexpr char changes_text[] = "not in a ruleset: 'fwsim diff OLD NEW' shows what a change does, for its approval";
constexpr char reviews_text[] = "when it was last reviewed is not in a ruleset; this report, dated, and 'fwsim lint' are what a review can be based on";
constexpr char kept_text[] = "who may change the files is not in a ruleset; 'fwsim diff SAVED RUNNING' proves that the running rules are those of the file";
constexpr char wireless_text[] = "which networks are wireless is not known: 'fwsim verify' with kind = \"isolated\" proves it for named networks";
constexpr char card_text[] = "which systems store card data is not known: 'fwsim verify' with kind = \"must-not-pass\" proves it for named addresses";
constexpr char dual_text[] = "about computers that connect to both sides, which is not in this ruleset";

template <const char* text>
Judgement say(const Audited&) {
  Judgement j;
  j.cannot_tell(text);
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion packages{.name = "packages", .text = "are the packages installed?", .judge = say<packages_text>};
const AuditQuestion nftables_unused{.name = "nftables-unused", .text = "is nftables out of use?", .judge = say<nftables_text>};
const AuditQuestion standards{.name = "standards", .text = "is there a standard for rulesets?", .judge = say<standards_text>};
const AuditQuestion changes{.name = "changes", .text = "are changes approved?", .judge = say<changes_text>};
const AuditQuestion reviews{.name = "reviews", .text = "are the rules reviewed?", .judge = say<reviews_text>};
const AuditQuestion kept_consistent{.name = "kept-consistent", .text = "are the files secured, and those that run?", .judge = say<kept_text>};
const AuditQuestion wireless{.name = "wireless", .text = "do rules stand between wireless networks and the rest?", .judge = say<wireless_text>};
const AuditQuestion card_data{.name = "card-data", .text = "are systems that store card data out of reach?", .judge = say<card_text>};
const AuditQuestion dual_homed{.name = "dual-homed", .text = "are computers on both sides protected?", .judge = say<dual_text>};

}  // namespace questions
}  // namespace fwsim
