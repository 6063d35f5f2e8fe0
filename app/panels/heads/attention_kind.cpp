// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/attention_kind.h"

#include "app/panels/common/parts.h"
#include "app/style/locale.h"

#include <array>
#include <cstddef>

namespace regard {

void tell_attention_kind(const Snapshot& snapshot, AttentionKind kind) {
  static constexpr std::array<const char*, 3> kKindNames{"flow.kind.self", "flow.kind.cross", "flow.kind.encoder"};
  if (has_two_texts(snapshot)) wrapped_caption(tr(kKindNames[static_cast<std::size_t>(kind)]));
}

}  // namespace regard
