// SPDX-License-Identifier: Apache-2.0
// A rectangle on the screen out of four vertices without attributes (triangle strip).

uniform vec4 u_rectangle;  // left, top, right, bottom, in pixels; y grows downwards
uniform vec2 u_viewport;   // width and height of the picture drawn into, in pixels

out vec2 v_position;  // (0, 0) in the rectangle's top left corner, (1, 1) in its bottom right one

void main() {
    v_position = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
    vec2 pixel = mix(u_rectangle.xy, u_rectangle.zw, v_position);
    gl_Position = vec4(pixel.x / u_viewport.x * 2.0 - 1.0, 1.0 - pixel.y / u_viewport.y * 2.0, 0.0, 1.0);
}
