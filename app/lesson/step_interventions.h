// SPDX-License-Identifier: Apache-2.0
// An `intervene` line of a lesson's state. Private to app/lesson. Pure.
//
//   ablate head=2.1            ablate layer=2 mean             keep-only head=3.0
//   mask head=3.0 query="смотрела" key="Кошка"                 without query, or key: every one
//   add head=3.0 key="Кошка" amount=4                          set-weight head=3.0 query="смотрела" key="Кошка" amount=1
//   scale head=2.1 amount=0.5  temperature amount=2            hide-tokens token="которая"
//   no-positions               shift-positions token="Кошка" amount=3
//   copy-pattern head=2.1 source=A                             patch layer=3 site=residual token="Кошка" source=A
//   {"kind": "mask", "layer": 1, "head": 2, …}                 as in a file of `regard trace --intervene`, on token numbers
#pragma once

#include "app/session/placed_intervention.h"
#include "core/model/model.h"

#include <string>

namespace regard {

/// On the words of the text that `encoding` is of. Throws Error: lesson_intervention, lesson_word, lesson_head, lesson_role, json_*,
/// intervention_value.
[[nodiscard]] PlacedIntervention read_intervention(const std::string& line, const Model& model,
                                                   const Encoding& encoding);

}  // namespace regard
