// SPDX-License-Identifier: Apache-2.0
// The one exception of the project: user data that cannot be used, told as a sentence.
#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace regard {

/// What went wrong with something a person gave us: which file, which item in it, what we expected and what we found.
/// `code` names a sentence template (see error_messages()); the window and the command line look up `error.<code>` in their
/// language, what() is the same sentence in English. Fields that a template does not use may stay empty.
/// Never thrown across threads or out of a draw(): a worker catches it and hands the value on.
class Error : public std::exception {
public:
  struct Details {
    std::string file{};
    std::string item{};
    std::string expected{};
    std::string found{};
  };

  Error(std::string_view code, Details details);

  [[nodiscard]] const char* what() const noexcept override { return sentence_.c_str(); }
  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  [[nodiscard]] const Details& details() const noexcept { return details_; }

private:
  std::string code_;
  Details details_;
  std::string sentence_;
};

/// Every code with its English template; {file} {item} {expected} {found} are replaced. A test holds en.json to this table.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> error_messages();

/// Replaces {file} {item} {expected} {found} in a template.
[[nodiscard]] std::string fill_template(std::string_view text, const Error::Details& details);

}  // namespace regard
