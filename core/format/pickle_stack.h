// SPDX-License-Identifier: Apache-2.0
// The values of a pickle while it is read: bytes, a stack with marks, a memo, containers. For pickle.cpp only.
#pragma once

#include "core/format/stored_tensor.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace regard {

struct PickleValue {
  enum class Kind : std::uint8_t {
    none,
    flag,
    number,
    fraction,
    text,
    global,
    tuple,
    list,
    dictionary,
    storage,
    tensor
  };
  Kind kind = Kind::none;
  std::int64_t number = 0;  ///< a number itself; of the kinds from `global` on, the place in its table
  std::string_view text{};
};

/// Every function throws Error torch_format (about the byte the reader stands at) or file_truncated.
class PickleStack {
public:
  using Value = PickleValue;
  using Kind = PickleValue::Kind;

  PickleStack(std::span<const std::byte> pickle, const std::string& file) : pickle_(pickle), file_(file) {}

  [[noreturn]] void fail(std::string item, std::string expected, std::string found) const;
  [[nodiscard]] std::string here() const { return "pickle[" + std::to_string(at_ - 1) + "]"; }
  [[nodiscard]] const std::string& file() const { return file_; }

  // -- the bytes, from the first to the last
  [[nodiscard]] std::span<const std::byte> take(std::size_t size);
  [[nodiscard]] std::uint64_t whole(std::size_t size);  ///< little-endian
  [[nodiscard]] std::string_view text(std::size_t size);
  [[nodiscard]] std::string_view line(std::size_t longest);
  [[nodiscard]] std::int64_t long_number();  ///< its length in a byte, then two's complement of at most 8

  // -- the stack; nothing below the last mark is within reach
  void push(Value value) { stack_.push_back(value); }
  void push_mark() { marks_.push_back(stack_.size()); }
  [[nodiscard]] Value pop();
  [[nodiscard]] Value pop(Kind kind) { return expect(pop(), kind); }
  [[nodiscard]] std::vector<Value> pop_last(std::size_t count);
  [[nodiscard]] std::vector<Value> pop_to_mark();  ///< the mark goes, too
  [[nodiscard]] const Value& top() const;
  [[nodiscard]] const Value& expect(const Value& value, Kind kind) const;

  // -- containers and the memo, which never shrink
  void push_container(Kind kind, std::vector<Value> values);
  [[nodiscard]] const std::vector<Value>& contents(const Value& container) const;
  void add(const Value& container, const std::vector<Value>& values);
  void remember(std::uint64_t slot) { memo_.insert_or_assign(slot, top()); }
  void recall(std::uint64_t slot);
  [[nodiscard]] std::size_t remembered() const { return memo_.size(); }

  /// How many values are held in all.
  [[nodiscard]] std::size_t values() const { return stack_.size() + marks_.size() + memo_.size() + contained_; }

private:
  [[nodiscard]] std::size_t reach() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

  std::span<const std::byte> pickle_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::vector<Value> stack_{};
  std::vector<std::size_t> marks_{};  ///< how high the stack was
  std::unordered_map<std::uint64_t, Value> memo_{};
  std::vector<std::vector<Value>> containers_{};  ///< of tuples, lists, dictionaries (key, value, key, …)
  std::size_t contained_ = 0;                     ///< values in all of them, each container counted as one more
};

}  // namespace regard
