// The colours of the page's releases, without a browser.
import assert from "node:assert/strict";
import test from "node:test";
import { colour, tone } from "../../crates/local/dev/src/page/assets/tones.js";

const release = (number) => ({ id: `r${number}`, slot: "blue", number });
const toneOf = ({ id }) => tone(id)["--tone"];

test("a thousand releases in one slot each get a colour that no other release of the plan has", () => {
  for (let number = 0; number < 1000; number++) {
    const planned = [number - 2, number - 1, number].filter((one) => one >= 0).map(release);
    colour(planned);
    assert.equal(new Set(planned.map(toneOf)).size, planned.length, `release ${number}`);
  }
});

test("a plan with more releases than the slot has shades still has colours", () => {
  const planned = Array.from({ length: 300 }, (_, number) => release(2000 + number));
  colour(planned);
  assert.ok(planned.every((one) => toneOf(one)));
});

test("a request of a former release leaves the plan's colours as they are", () => {
  const planned = [release(3000), release(3001)];
  colour(planned);
  const before = planned.map(toneOf);
  for (let number = 0; number < 300; number++) tone(`former-${number}`);
  colour(planned);
  assert.deepEqual(planned.map(toneOf), before);
});
