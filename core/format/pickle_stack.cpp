// SPDX-License-Identifier: Apache-2.0
#include "core/format/pickle_stack.h"

#include "core/base/error.h"

#include <array>

namespace regard {
namespace {

constexpr std::array<const char*, 11> kKinds = {"None",  "bool", "int",  "float",   "str",   "class",
                                                "tuple", "list", "dict", "storage", "tensor"};

}  // namespace

void PickleStack::fail(std::string item, std::string expected, std::string found) const {
  throw Error("torch_format",
              {.file = file_, .item = std::move(item), .expected = std::move(expected), .found = std::move(found)});
}

std::span<const std::byte> PickleStack::take(std::size_t size) {
  if (size > pickle_.size() - at_)
    throw Error("file_truncated", {.file = file_,
                                   .item = "pickle[" + std::to_string(at_) + "]",
                                   .expected = std::to_string(size),
                                   .found = std::to_string(pickle_.size() - at_)});
  at_ += size;
  return pickle_.subspan(at_ - size, size);
}

std::uint64_t PickleStack::whole(std::size_t size) {
  std::uint64_t value = 0;
  const auto bytes = take(size);
  for (std::size_t index = size; index-- > 0;)
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[index]);
  return value;
}

std::string_view PickleStack::text(std::size_t size) {
  const auto bytes = take(size);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view PickleStack::line(std::size_t longest) {
  const std::string_view rest(reinterpret_cast<const char*>(pickle_.data()) + at_, pickle_.size() - at_);
  const std::size_t end = rest.substr(0, longest).find('\n');
  if (end == std::string_view::npos) fail(here(), "\"…\\n\"", "∅");
  at_ += end + 1;
  return rest.substr(0, end);
}

std::int64_t PickleStack::long_number() {
  const std::size_t size = whole(1);
  if (size > 8) fail(here(), "≤ 8 B", std::to_string(size) + " B");
  const std::uint64_t bits = whole(size);
  const bool negative = size > 0 && (bits >> (8 * size - 1) & 1) != 0;
  const std::uint64_t filled = negative && size < 8 ? bits | ~std::uint64_t{0} << (8 * size) : bits;
  return static_cast<std::int64_t>(filled);
}

PickleValue PickleStack::pop() {
  const Value value = top();
  stack_.pop_back();
  return value;
}

const PickleValue& PickleStack::top() const {
  if (reach() == 0) fail(here(), "…", "∅");
  return stack_.back();
}

const PickleValue& PickleStack::expect(const Value& value, Kind kind) const {
  if (value.kind != kind)
    fail(here(), kKinds[static_cast<std::size_t>(kind)], kKinds[static_cast<std::size_t>(value.kind)]);
  return value;
}

std::vector<PickleValue> PickleStack::pop_last(std::size_t count) {
  if (count > reach()) fail(here(), std::to_string(count), std::to_string(reach()));
  const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
  std::vector<Value> values(first, stack_.end());
  stack_.erase(first, stack_.end());
  return values;
}

std::vector<PickleValue> PickleStack::pop_to_mark() {
  if (marks_.empty()) fail(here(), "MARK", "∅");
  const std::size_t count = reach();
  marks_.pop_back();
  return pop_last(count);
}

void PickleStack::push_container(Kind kind, std::vector<Value> values) {
  contained_ += values.size() + 1;
  containers_.push_back(std::move(values));
  push({.kind = kind, .number = static_cast<std::int64_t>(containers_.size() - 1)});
}

const std::vector<PickleValue>& PickleStack::contents(const Value& container) const {
  return containers_[static_cast<std::size_t>(container.number)];
}

void PickleStack::add(const Value& container, const std::vector<Value>& values) {
  contained_ += values.size();
  auto& all = containers_[static_cast<std::size_t>(container.number)];
  all.insert(all.end(), values.begin(), values.end());
}

void PickleStack::recall(std::uint64_t slot) {
  const auto found = memo_.find(slot);
  if (found == memo_.end()) fail("memo[" + std::to_string(slot) + "]", "…", "∅");
  push(found->second);
}

}  // namespace regard
