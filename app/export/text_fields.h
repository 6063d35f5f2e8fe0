// SPDX-License-Identifier: Apache-2.0
// How numbers and texts are written into JSON, CSV and markup, by the exports and by the command line. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace regard {

/// The shortest digits that read back as an equal float32 ("0" for −0, too); "null" for what is no number (JSON has no other
/// word for it).
[[nodiscard]] std::string shortest(float value);
/// Likewise of a float64.
[[nodiscard]] std::string shortest(double value);
/// A JSON string, quotes included; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);
/// Text as XML and HTML can hold it, in an element or in an attribute: & < > " escaped; control characters, which they cannot hold,
/// become U+FFFD, but for tabs and line ends.
[[nodiscard]] std::string markup_text(std::string_view text);
/// A field of a CSV row (RFC 4180).
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace regard
