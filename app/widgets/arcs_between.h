// SPDX-License-Identifier: Apache-2.0
// Two sentences, one below the other: the tokens that ask on the lower line, those they look at on the upper one, and a line
// from each query to its keys. What arcs() draws where its view has two lines. Click below: query. Click above: key.
// Probes "arcs.query.<index>" and "arcs.key.<index>".
#pragma once

#include "app/widgets/arcs.h"

namespace regard {

ArcsResult arcs_between(const ArcsSpec& spec);

}  // namespace regard
