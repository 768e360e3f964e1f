// Checks explained: what one finds, why that matters, an example of each kind, what to do.
#pragma once

#include <string>
#include <vector>

#include "lint/check.hh"

namespace fwsim {

struct ExplainedCheck {
  const Check* check = nullptr;
  std::string printed;   // what lint says of the bad example
  std::string fix;
};

std::string explain_text(const std::vector<ExplainedCheck>& list);
std::string explain_json(const std::vector<ExplainedCheck>& list);
// `whole`: with a table of the catalogues of faults and where each of their entries is found.
std::string explain_markdown(const std::vector<ExplainedCheck>& list, bool whole);

}  // namespace fwsim
