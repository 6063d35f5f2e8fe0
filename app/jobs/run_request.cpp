// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/run_request.h"

#include "app/base/model_path.h"

namespace regard {

std::filesystem::path example_picture(const std::filesystem::path& assets) {
  return assets / "examples" / "picture.png";
}

RunRequest run_request(const Session& session, const std::filesystem::path& assets) {
  RunRequest request;
  request.model = session.model;
  request.text = session.text;
  request.mask = session.mask;
  request.temperature = session.temperature;
  request.add_special = session.add_special;
  request.decoder_text = session.decoder_text;
  request.image = (session.image.empty() ? example_picture(assets) : expand_home(session.image)).string();
  return request;
}

}  // namespace regard
