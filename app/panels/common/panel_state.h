// SPDX-License-Identifier: Apache-2.0
// What panels keep between frames: a value of each panel's own type, made when the panel first asks for it. A type that several
// panels share stands in a header of app/panels/common; nothing else needs to know any of them.
#pragma once

#include <map>
#include <memory>
#include <typeindex>

namespace regard {

class PanelState {
public:
  template <class Kept>
  [[nodiscard]] Kept& of() {
    std::shared_ptr<void>& kept = kept_[typeid(Kept)];
    if (!kept) kept = std::make_shared<Kept>();
    return *static_cast<Kept*>(kept.get());
  }
  /// As it was made by default where nobody has asked for it yet.
  template <class Kept>
  [[nodiscard]] const Kept& of() const {
    static const Kept untouched{};
    const auto found = kept_.find(typeid(Kept));
    return found == kept_.end() ? untouched : *static_cast<const Kept*>(found->second.get());
  }

private:
  std::map<std::type_index, std::shared_ptr<void>> kept_{};
};

}  // namespace regard
