// SPDX-License-Identifier: Apache-2.0
#include "core/format/placeholder.h"

#include "core/base/error.h"
#include "core/format/lfs_pointer.h"

namespace regard {

bool is_web_page(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  std::string begin(head.substr(first, 16));
  for (char& letter : begin)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return begin.starts_with("<!doctype html") || begin.starts_with("<html");
}

bool begins_safetensors(std::string_view head) {
  constexpr std::size_t kLengthBytes = 8;
  if (head.size() <= kLengthBytes || head[kLengthBytes] != '{') return false;
  const std::string_view most = head.substr(4, 4);  // of the header's length: less than 4 GiB
  return most == std::string_view("\0\0\0\0", 4);
}

void refuse_placeholder(std::string_view head, const std::string& file) {
  if (is_lfs_pointer(head)) throw Error("is_lfs_pointer", {.file = file});
  if (is_web_page(head)) throw Error("is_web_page", {.file = file});
}

}  // namespace regard
