// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli.h"
#include "app/jobs/error_from.h"
#include "app/shell/app.h"
#include "app/style/locale.h"
#include "core/base/free_memory.h"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  regard::keep_free_memory();
  const regard::cli::Outcome outcome = regard::cli::parse(argc, argv);
  if (const int* code = std::get_if<int>(&outcome)) return *code;
  try {
    regard::run_window(std::get<regard::WindowOptions>(outcome));
    return 0;
  } catch (const std::exception& error) {  // no display, no OpenGL, the program's own files missing
    std::cerr << "regard: " << regard::tr(regard::error_from(error)) << "\n";
    return 1;
  }
}
