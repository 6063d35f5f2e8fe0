// SPDX-License-Identifier: Apache-2.0
// Visible sentences by key, in the language chosen. Texts are in assets/locale/<language>.json: nested objects whose names
// joined by dots are the key; an object {one, few, many}, in English {one, other}, is a plural. UI thread only.
#pragma once

#include "app/session/preferences.h"
#include "core/base/error.h"

#include <concepts>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Reads ru.json and en.json. Throws Error (file_missing, json_syntax, json_value); what was loaded before then stays.
void load_locale(const std::filesystem::path& folder);

/// What becomes of every text, so that a test sees which words on the screen are none of the locale's, and what texts in a
/// language of longer words would do to the window.
enum class StringTest {
  none,
  x,           ///< "X" and the holes: what can still be read was written elsewhere
  twice,       ///< the text, and once more
  lengthened,  ///< as often as it takes to be a long line
};
/// For texts that are loaded and those that will be. What tr() gave before is no longer valid.
void set_string_test(StringTest test);
/// "{count} tokens" as that test has it: "X {count}", "{count} tokens {count} tokens" …
[[nodiscard]] std::string tested(std::string_view text, StringTest test);

void set_language(Language language);
[[nodiscard]] Language language();
/// "ru", "en": as options, file names and HTML say it.
[[nodiscard]] const char* language_code(Language spoken);
/// A language for as long as this lives; then the one before.
class ScopedLanguage {
public:
  explicit ScopedLanguage(Language spoken) : before_(language()) { set_language(spoken); }
  ~ScopedLanguage() { set_language(before_); }
  ScopedLanguage(const ScopedLanguage&) = delete;
  ScopedLanguage& operator=(const ScopedLanguage&) = delete;

private:
  Language before_;
};

/// The text of a key, valid until the next load_locale(). A key that no file has comes back as itself.
[[nodiscard]] const char* tr(std::string_view key);

/// The keys that came back as themselves so far: bare on screen, a mistake of ours.
[[nodiscard]] std::vector<std::string> keys_without_text();

/// One {name} and what stands for it.
struct TrValue {
  TrValue(std::string_view value_name, std::string value_text) : name(value_name), text(std::move(value_text)) {}
  TrValue(std::string_view value_name, std::integral auto number) : name(value_name), text(std::to_string(number)) {}
  std::string_view name;
  std::string text;
};

/// The text with every {name} replaced. Unknown names stay as they are.
[[nodiscard]] std::string tr(std::string_view key, std::initializer_list<TrValue> values);
/// The same with the text itself. Any thread.
[[nodiscard]] std::string filled(std::string_view text, std::initializer_list<TrValue> values);

/// All texts whose keys begin with this, by key: for a thread that may not ask for them.
[[nodiscard]] std::map<std::string, std::string, std::less<>> texts_under(std::string_view beginning);

/// The form of a plural that goes with `count`, with {count} and the other names replaced:
/// tr_plural("status.tokens", 2) is «2 токена».
[[nodiscard]] std::string tr_plural(std::string_view key, std::size_t count,
                                    std::initializer_list<TrValue> values = {});

/// An error in the language chosen, by its key `error.<code>`; its English sentence when there is no such key. What the
/// system found ("Permission denied") is in that language too, where there is a key `outside.<what it says>`.
[[nodiscard]] std::string tr(const Error& error);

enum class PluralForm { one, few, many, other };
/// Russian: 1, 21, 31… one; 2–4, 22–24… few; the rest many. English: 1 one, the rest other. (CLDR plural rules, integers.)
[[nodiscard]] PluralForm plural_form(Language language, std::size_t count);

}  // namespace regard
