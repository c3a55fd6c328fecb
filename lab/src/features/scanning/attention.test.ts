import { expect, test } from 'vitest';

import { Attention } from './attention';

test('what nobody sees is done once when somebody looks', () => {
  let seen = false;
  let done = 0;
  const attention = new Attention(
    () => seen,
    () => (done += 1)
  );
  attention.look();
  expect(done).toBe(0);
  attention.ask();
  attention.ask();
  expect(attention.given).toBe(false);
  attention.look();
  expect(done).toBe(0);
  seen = true;
  attention.look();
  attention.look();
  expect(done).toBe(1);
  attention.ask();
  expect(done).toBe(2);
});
