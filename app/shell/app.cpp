// SPDX-License-Identifier: Apache-2.0
#include "app/shell/app.h"

#include "app/base/assets.h"
#include "app/session/session.h"
#include "app/shell/app_loop.h"

namespace regard {

void run_window(const WindowOptions& options) {
  const std::filesystem::path& assets = assets_folder();
  shell::AppLoop app(options, assets, shell::make_start(options, assets));
  app.run();
}

}  // namespace regard
