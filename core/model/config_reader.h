// SPDX-License-Identifier: Apache-2.0
// Reading checked values out of config.json, for the files of the model families. Not for other rooms.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {

/// What null means under a key. It is a value, not a missing key: the classes of Hugging Face's library know it where it is the
/// default they name (then it means what a missing key means), and fail over it elsewhere.
enum class Null { refused, missing };

/// One JSON object of a config file; borrows it. A key that is missing takes the fallback; without a fallback that is Error
/// config_missing. A value of another kind or outside its range is Error config_value. Which keys were read is remembered, in
/// objects within objects too, so that a setting nobody read can be told (core/model/unread_settings.h).
class ConfigReader {
public:
  /// `path` is what stands before the keys in errors ("rope_scaling."), empty at the top.
  ConfigReader(const nlohmann::json& object, std::string file, std::string path = {});

  struct Bounds {
    std::size_t least = 1;
    std::size_t most = 0;
  };
  [[nodiscard]] std::size_t size(std::string_view key, Bounds bounds, std::optional<std::size_t> fallback = {},
                                 Null null = Null::refused) const;
  /// Likewise, where −1 means all of them, which is 0 here.
  [[nodiscard]] std::size_t size_or_all(std::string_view key, Bounds bounds, std::size_t fallback) const;
  /// A size; 0 where it is missing, null, 0 or negative, all of which mean that there is none.
  [[nodiscard]] std::size_t size_or_none(std::string_view key, std::size_t most) const;
  /// Height and width: [h, w], or one number for both.
  [[nodiscard]] std::pair<std::size_t, std::size_t> sides(std::string_view key, Bounds bounds,
                                                          std::optional<std::size_t> fallback = {}) const;
  /// In (0, most].
  [[nodiscard]] float positive(std::string_view key, float most, std::optional<float> fallback = {},
                               Null null = Null::refused) const;
  /// Null is false, as everywhere in Python.
  [[nodiscard]] bool flag(std::string_view key, bool fallback) const;
  [[nodiscard]] std::string text(std::string_view key, std::optional<std::string> fallback = {},
                                 Null null = Null::refused) const;
  /// Texts of a list; empty if it is missing or null.
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  /// Whole numbers of a list, in any order; empty if it is missing or null.
  [[nodiscard]] std::vector<std::size_t> sizes(std::string_view key, Bounds bounds) const;
  /// A list of `count` numbers in (0, most], or [0, most].
  [[nodiscard]] std::vector<float> positives(std::string_view key, std::size_t count, float most,
                                             bool zero = false) const;
  /// The object under a key, or none if it is missing or null.
  [[nodiscard]] std::optional<ConfigReader> object(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;      ///< there, and not null
  [[nodiscard]] bool is_null(std::string_view key) const;  ///< there, and null
  /// Whether an object with nothing but objects in it stands here: settings by kind of layer.
  [[nodiscard]] bool holds_objects() const;
  [[nodiscard]] bool empty() const;
  /// Counts as read: the setting means nothing in this model.
  void pass_over(std::string_view key) const;
  [[nodiscard]] bool was_read(std::string_view key) const;
  [[nodiscard]] bool is_object(std::string_view key) const;
  [[nodiscard]] bool is_list(std::string_view key) const;
  [[nodiscard]] bool is_text(std::string_view key) const;

  [[noreturn]] void fail(std::string_view key, std::string expected) const;  ///< config_value about what is there
  [[nodiscard]] const std::string& file() const { return file_; }

private:
  [[nodiscard]] const nlohmann::json* find(std::string_view key) const;  ///< nullptr for null, too
  /// The value, which is now read; nullptr where it is missing, or null and that is `missing`. Fails over null else.
  [[nodiscard]] const nlohmann::json* read(std::string_view key, Null null, const std::string& expected) const;
  [[noreturn]] void fail_missing(std::string_view key, std::string expected) const;

  const nlohmann::json* object_;
  std::string file_;
  std::string path_;
  std::shared_ptr<std::set<std::string>> read_;  ///< whole paths; shared by the readers of one document
};

}  // namespace regard
