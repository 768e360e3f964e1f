// Every check, by name; lint/checks/<name>.cc holds it.
#pragma once

namespace fwsim {

struct Check;

namespace checks {

extern const Check shadowed, repeated;

}  // namespace checks
}  // namespace fwsim
