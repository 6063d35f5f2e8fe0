// SPDX-License-Identifier: Apache-2.0
#include "core/text/patch_tokens.h"

#include <algorithm>

namespace regard {
namespace {

class PatchTokenizer : public Tokenizer {
public:
  PatchTokenizer(const std::vector<std::string>& specials, std::size_t rows, std::size_t cols,
                 std::vector<std::string> labels)
      : rows_(rows), cols_(cols), labels_(std::move(labels)) {
    for (const std::string& special : specials)
      add(special, -1);
    for (std::size_t patch = 0; patch < rows * cols; ++patch)
      add("r" + std::to_string(patch / cols) + " c" + std::to_string(patch % cols), static_cast<std::int32_t>(patch));
  }

  [[nodiscard]] Encoding encode(std::string_view text, const EncodeOptions& /*options*/) const override {
    return {.text = std::string(text), .tokens = tokens_};
  }
  [[nodiscard]] std::string decode(std::span<const std::int32_t> ids) const override {
    std::string names;
    for (const std::int32_t id : ids)
      names += (names.empty() ? "" : ", ") + readable(id);
    return names;
  }
  [[nodiscard]] std::string readable(std::int32_t id) const override {
    const bool known = id >= 0 && static_cast<std::size_t>(id) < labels_.size();
    return known ? labels_[static_cast<std::size_t>(id)] : "‹" + std::to_string(id) + "›";
  }
  [[nodiscard]] std::optional<std::int32_t> id_of(std::string_view piece) const override {
    const auto found = std::find(labels_.begin(), labels_.end(), piece);
    if (found == labels_.end()) return std::nullopt;
    return static_cast<std::int32_t>(found - labels_.begin());
  }
  [[nodiscard]] std::size_t vocabulary_size() const override { return labels_.size(); }
  [[nodiscard]] std::optional<std::int32_t> mask_id() const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::int32_t> end_id() const override { return std::nullopt; }
  [[nodiscard]] std::string description() const override {
    return std::to_string(rows_) + "×" + std::to_string(cols_) + " patches";
  }

private:
  void add(const std::string& name, std::int32_t word) {
    const std::size_t index = tokens_.size();
    tokens_.push_back({.id = static_cast<std::int32_t>(index),
                       .piece = name,
                       .text = name,
                       .begin = index,
                       .end = index,
                       .word = word,
                       .special = word < 0});
  }

  std::size_t rows_, cols_;
  std::vector<std::string> labels_;
  std::vector<Token> tokens_{};
};

}  // namespace

std::unique_ptr<const Tokenizer> make_patch_tokenizer(const std::vector<std::string>& specials, std::size_t rows,
                                                      std::size_t cols, std::vector<std::string> labels) {
  return std::make_unique<const PatchTokenizer>(specials, rows, cols, std::move(labels));
}

}  // namespace regard
