// SPDX-License-Identifier: Apache-2.0
// Interventions as JSON: in session files, and in files for the command line. Pure; fuzzed. Any thread.
//
//   [{"kind": "mask", "layer": 1, "head": 2, "cells": [{"queries": [0, null], "keys": [3, 4]}]},
//    {"kind": "set_weight", "layer": 1, "head": 2, "cells": [{"queries": [5, 6], "keys": [0, 1]}], "amount": 0.5},
//    {"kind": "ablate", "layer": 2, "mean": true},
//    {"kind": "patch", "site": "residual", "layer": 3, "positions": [[4, 5]], "source": "A"}]
//
// Ranges are [begin, end), null: as far as the text goes. Without "layer" every head is meant, without "head" the whole layer, without
// "positions" all of them. A key that the kind does not read (core/trace/intervention.h) is an error, and so is one it needs
// and does not find. Of a source only its name is written.
#pragma once

#include "core/trace/intervention.h"

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

[[nodiscard]] nlohmann::json interventions_to_json(std::span<const Intervention> list);

/// `file` and `item` only name the place in errors. Whether layers, heads and positions exist is checked by run().
/// Throws Error json_value.
[[nodiscard]] std::vector<Intervention> interventions_from_json(const nlohmann::json& list, const std::string& file,
                                                                const std::string& item = "interventions");

/// A file for the command line: {"interventions": […], "sources": {"A": "a text", …}}, or the list alone.
struct InterventionFile {
  std::vector<Intervention> interventions{};
  std::map<std::string, std::string> sources{};  ///< texts that items take numbers from, by name
};
/// Throws Error json_syntax, json_depth, json_value.
[[nodiscard]] InterventionFile parse_interventions(std::string_view json, const std::string& file);

}  // namespace regard
