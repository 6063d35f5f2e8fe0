// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli.h"
#include "app/shell/app.h"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  const regard::cli::Outcome outcome = regard::cli::parse(argc, argv);
  if (const int* code = std::get_if<int>(&outcome)) return *code;
  try {
    regard::run_window(std::get<regard::WindowOptions>(outcome));
    return 0;
  } catch (const std::exception& error) {  // no display, no OpenGL, the program's own files missing
    std::cerr << "regard: " << error.what() << "\n";
    return 1;
  }
}
