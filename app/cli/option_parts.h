// SPDX-License-Identifier: Apache-2.0
// What options are made of: each fills `target` and refuses in a sentence what it cannot take. Private to app/cli.
#pragma once

#include "app/base/given_path.h"
#include "app/style/locale.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstddef>
#include <map>
#include <string>

namespace regard::cli {

inline constexpr std::size_t kShortList = 40;  ///< characters of "a|b|c" that stand well beside an option

/// "a, b, c"
template <typename Value>
std::string joined(const std::map<std::string, Value>& known, const char* between) {
  std::string names;
  for (const auto& [name, value] : known)
    names += (names.empty() ? "" : between) + name;
  return names;
}

/// One of a few words; CLI11's own transformer lists them with their numbers.
template <typename Value, typename Target>
CLI::Option* add_choice(CLI::App& app, const std::string& name, const std::map<std::string, Value>& known,
                        Target& target, const std::string& help) {
  const auto check = [&known](const std::string& text) {
    return known.contains(text) ? std::string()
                                : tr("cli.usage.none_of", {{"found", text}, {"names", joined(known, ", ")}});
  };
  const std::string names = joined(known, "|");
  const bool fits = names.size() <= kShortList;  // otherwise `help` tells them
  return app
      .add_option_function<std::string>(
          name, [&known, &target](const std::string& text) { target = known.at(text); }, help)
      ->check(CLI::Validator(check, "", ""))
      ->type_name(fits ? names : tr("cli.type.name"));
}

inline CLI::Option* add_text(CLI::App& app, const std::string& name, auto& target, const std::string& help,
                             const char* type) {
  return app.add_option(name, target, help)->type_name(type);
}

inline CLI::Option* add_file(CLI::App& app, const std::string& name, auto& target, const std::string& help) {
  return add_text(app, name, target, help, tr("cli.type.file"));
}

/// A file that is read, pasted in quotes or as file://…, too.
inline CLI::Option* add_given_file(CLI::App& app, const std::string& name, auto& target, const std::string& help) {
  return add_file(app, name, target, help)->transform([](const std::string& text) {
    return given_path(text).string();
  });
}

/// `--json=no` would be understood by CLI11, but not by a reader of the line.
inline CLI::Option* add_switch(CLI::App& app, const std::string& name, bool& target, const std::string& help) {
  return app.add_flag(name, target, help)->disable_flag_override();
}

/// Above 0, or `zero` as well.
inline CLI::Option* add_positive(CLI::App& app, const std::string& name, float& target, const std::string& help,
                                 bool zero) {
  const auto check = [zero](const std::string& text) {
    float value = 0.0F;
    const bool number = CLI::detail::lexical_cast(text, value) && std::isfinite(value);
    if (number && (value > 0.0F || (zero && value == 0.0F))) return std::string();
    return zero ? tr("cli.usage.from_zero", {{"found", text}}) : tr("cli.usage.above_zero", {{"found", text}});
  };
  return app.add_option(name, target, help)->check(CLI::Validator(check, "", ""))->type_name(tr("cli.type.number"));
}

/// A whole number from `least` on; CLI11 would let "-1" wrap around.
template <typename Target>
CLI::Option* add_index(CLI::App& app, const std::string& name, Target& target, const std::string& help,
                       std::size_t least = 0) {
  const auto check = [least](const std::string& text) {
    const bool digits = !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos;
    return digits && std::stoull(text) >= least ? std::string()
                                                : tr("cli.usage.whole", {{"found", text}, {"least", least}});
  };
  return app
      .add_option_function<std::string>(
          name, [&target](const std::string& text) { target = std::stoull(text); }, help)
      ->check(CLI::Validator(check, "", ""))
      ->type_name("N");
}

}  // namespace regard::cli
