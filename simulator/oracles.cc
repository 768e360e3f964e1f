// The list of oracles: a new one is a file in oracles/ and a line here.
#include "simulator/oracle.hh"

#define FWSIM_ORACLES(X) \
  X(bpf)                 \
  X(cgroup)              \
  X(cluster)             \
  X(connbytes)           \
  X(connlabel)           \
  X(connlimit)           \
  X(dccp)                \
  X(dst)                 \
  X(ecn)                 \
  X(eui64)               \
  X(geoip)               \
  X(hashlimit)           \
  X(hbh)                 \
  X(helper)              \
  X(limit)               \
  X(nfacct)              \
  X(osf)                 \
  X(owner)               \
  X(quota)               \
  X(rateest)             \
  X(recent)              \
  X(rpfilter)            \
  X(rt)                  \
  X(sctp)                \
  X(set)                 \
  X(socket)              \
  X(statistic)           \
  X(string)              \
  X(tcp)                 \
  X(tcpmss)              \
  X(time)                \
  X(u32)

namespace fwsim {

#define FWSIM_DECLARE(name) extern const OracleKind oracle_##name;
FWSIM_ORACLES(FWSIM_DECLARE)
#undef FWSIM_DECLARE

const OracleKind* find_oracle(std::string_view match) {
#define FWSIM_ENTRY(name) &oracle_##name,
  static constexpr const OracleKind* list[] = {FWSIM_ORACLES(FWSIM_ENTRY)};
#undef FWSIM_ENTRY
  for (const OracleKind* kind : list)
    if (kind->match == match) return kind;
  return nullptr;
}

namespace {

class FunctionOracle : public Oracle {
 public:
  explicit FunctionOracle(std::function<Answer(Packet&, const Where&, World&)> test) : test_(std::move(test)) {}
  Answer test(Packet& packet, const Where& where, World& world) override { return test_(packet, where, world); }

 private:
  std::function<Answer(Packet&, const Where&, World&)> test_;
};

class Unknown : public Oracle {
 public:
  explicit Unknown(std::string why) : why_(std::move(why)) {}
  Answer test(Packet&, const Where&, World&) override { return Answer::unknown; }
  std::string why() const override { return why_; }

 private:
  std::string why_;
};

}  // namespace

std::unique_ptr<Oracle> make_oracle(std::function<Answer(Packet&, const Where&, World&)> test) {
  return std::make_unique<FunctionOracle>(std::move(test));
}

std::unique_ptr<Oracle> make_unknown(std::string why) { return std::make_unique<Unknown>(std::move(why)); }

}  // namespace fwsim
