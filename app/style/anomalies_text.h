// SPDX-License-Identifier: Apache-2.0
// The report of anomalies in words. The window and the files say the same.
#pragma once

#include "app/style/locale.h"
#include "core/analysis/anomalies.h"

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// The sentences of the report in the language chosen, for a thread that may not ask for it. Made on the UI thread.
class AnomalyWords {
public:
  AnomalyWords() : sentences_(texts_under("anomalies.")), language_(language()) {}
  /// The sentence with its values.
  [[nodiscard]] std::string say(std::string_view key, std::initializer_list<TrValue> values = {}) const;
  /// The form that goes with the count.
  [[nodiscard]] std::string counted(std::string_view key, std::size_t count,
                                    std::initializer_list<TrValue> values = {}) const;

private:
  std::map<std::string, std::string, std::less<>> sentences_;
  Language language_;
};

/// One finding, and where it can be seen.
struct AnomalyLine {
  std::string text{};
  std::string detail{};  ///< less important; may be empty
  std::optional<HeadRef> head{};
  std::optional<std::size_t> query{}, key{};  ///< tokens of the texts that ask and are asked
};

struct AnomalySection {
  std::string id{};  ///< "sinks"
  std::string title{};
  std::string about{};  ///< what is counted, with its limits
  std::string count{};  ///< how much of it there is
  std::vector<AnomalyLine> lines{};
};

/// How tokens and heads are called.
struct AnomalyNames {
  std::vector<std::string> queries{}, keys{};
  std::vector<std::vector<std::string>> heads{};  ///< [L] of [H]
  [[nodiscard]] const std::string& head(HeadRef one) const { return heads[one.layer][one.head]; }
};

/// What the report is about: rows, heads, and of a picture what its tokens are.
[[nodiscard]] std::string anomalies_about(const Anomalies& found, const AnomalyWords& words, bool picture);

/// All kinds, also those of which there is nothing: then `count` says so. Any thread.
[[nodiscard]] std::vector<AnomalySection> anomaly_sections(const Anomalies& found, const AnomalyNames& names,
                                                           const AnomalyWords& words, bool crosses,
                                                           const AnomalyLimits& limits = {});

}  // namespace regard
