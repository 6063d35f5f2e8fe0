// SPDX-License-Identifier: Apache-2.0
// `--intervene FILE`: the list of interventions of a file (core/trace/intervention_json.h), made ready for a text.
#pragma once

#include "core/trace/trace.h"

#include <filesystem>
#include <memory>

namespace regard::cli {

/// Reads the file into request.interventions. Texts that items copy from are run like the request (in an encoder–decoder model they
/// are decoder's texts for the same encoder's text; `special`: with the tokenizer's [CLS], <s>…) and aligned with request.ids by
/// their longest common subsequence. Throws Error (file, JSON, a source text that the model cannot read), Refusal where an item
/// names a source that the file does not have.
void add_interventions(const std::filesystem::path& file, const std::shared_ptr<const Model>& model, Request& request,
                       bool special = true);

}  // namespace regard::cli
