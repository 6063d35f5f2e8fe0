// SPDX-License-Identifier: Apache-2.0
// Settings of config.json that change the numbers of a model. One that a family did not read is refused unless it has the value
// that changes nothing: a picture of another model's attention would look just as right. Not for other rooms.
#pragma once

#include "core/model/config.h"

#include <nlohmann/json_fwd.hpp>

namespace regard {

class ConfigReader;

/// `document` is what `reader` stands on, `config` what was made of it. Throws Error config_setting, which names the first such
/// key, its value and the values that would do.
void refuse_unread_settings(const nlohmann::json& document, const ConfigReader& reader, const ModelConfig& config);

}  // namespace regard
