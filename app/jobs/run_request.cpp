// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/run_request.h"

namespace regard {

RunRequest run_request(const Session& session) {
  RunRequest request;
  request.model = session.model;
  request.text = session.text;
  request.mask = session.mask;
  request.temperature = session.temperature;
  request.image = session.image;
  return request;
}

}  // namespace regard
