// SPDX-License-Identifier: Apache-2.0
// What heads, measures and relations are called, and their numbers. UI thread, but for the last two.
#pragma once

#include "core/analysis/head_evidence.h"
#include "core/model/model.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace regard {

/// "2.5 Subject → predicate": the place, then the role, so that what is cut off is the end of the role; without a role the place alone.
[[nodiscard]] std::string numbered_head(const Model& model, HeadRef head);

/// A measure's name: on a column and on a badge; and what it says, with the formula.
[[nodiscard]] std::string measure_name(std::string_view measure);
[[nodiscard]] std::string measure_about(std::string_view measure);

/// A relation's: "subject → predicate"; of a label of the tree "nsubj ↑" (to the governor), "nsubj ↓".
[[nodiscard]] std::string relation_name(std::string_view relation);

/// A text that heads are measured on: "the built-in Russian text", "own.conllu".
[[nodiscard]] std::string text_name(const std::filesystem::path& file);

/// What sentences are about: a measure, a relation or a person's rule.
[[nodiscard]] std::string evidence_about(const EvidenceQuestion& question);

/// A sentence behind a number in one line, who looks at whom before it: "she → Ann  Ann met Bob, she slept."; of a relation or a probe
/// with a mark, "she → Ann ✓  …".
[[nodiscard]] std::string evidence_line(const Evidence& evidence);

/// A share with two digits that tell something: "0.47", "0.047", "0.0047", "4.70e-05"; only 0 is "0.00". Below 1 so many that it is told
/// from 1: "0.9973".
[[nodiscard]] std::string telling_number(float value);

}  // namespace regard
