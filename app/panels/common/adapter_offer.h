// SPDX-License-Identifier: Apache-2.0
// What the shell leaves for the panel Adapters to ask. UI thread only.
#pragma once

#include <optional>
#include <string>

namespace regard {

/// An adapter was opened that names another model than the one on show, and that one is on this machine.
struct AdapterOffer {
  std::string adapter{};  ///< its path
  std::string base{};     ///< as the adapter calls it
  std::string model{};    ///< what opens it
};
struct AdapterOfferState {
  std::optional<AdapterOffer> offer{};
};

}  // namespace regard
