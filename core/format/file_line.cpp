// SPDX-License-Identifier: Apache-2.0
#include "core/format/file_line.h"

#include "core/base/error.h"
#include "core/base/excerpt.h"

namespace regard {

void FileLine::fail(std::string_view code, std::string_view expected, std::string_view found) const {
  constexpr std::size_t kShown = 60;  // bytes
  throw Error(code, {.file = file,
                     .item = std::to_string(number),
                     .expected = std::string(expected),
                     .found = excerpt(found, kShown)});
}

}  // namespace regard
