import { expect, test } from 'vitest';

import { Repeats } from './repeats';

const REFUSAL = 'nbguard: not saved, because of a rule in cell 1, line 2.';

test('a refusal is news once, whatever line it names later', () => {
  const repeats = new Repeats();
  expect(repeats.failed('a.ipynb', REFUSAL)).toBe(false);
  expect(repeats.failed('a.ipynb', REFUSAL)).toBe(true);
  expect(repeats.failed('a.ipynb', REFUSAL.replace('2', '3'))).toBe(true);
  expect(repeats.failed('b.ipynb', REFUSAL)).toBe(false);
});

test('after a save the next refusal is news', () => {
  const repeats = new Repeats();
  repeats.failed('a.ipynb', REFUSAL);
  repeats.over('a.ipynb');
  expect(repeats.failed('a.ipynb', REFUSAL)).toBe(false);
});

test('who saves by hand is told each time', async () => {
  const repeats = new Repeats();
  repeats.failed('a.ipynb', REFUSAL);
  let end: (error: Error) => void = () => {};
  const done = new Promise<void>((_, reject) => {
    end = reject;
  });
  repeats.asked(done);
  expect(repeats.failed('a.ipynb', REFUSAL)).toBe(false);
  end(new Error('refused'));
  await expect(done).rejects.toThrow();
  await Promise.resolve();
  expect(repeats.failed('a.ipynb', REFUSAL)).toBe(true);
});

test('other errors are nobody else’s business', () => {
  const repeats = new Repeats();
  repeats.failed('a.ipynb', 'Disk full');
  expect(repeats.failed('a.ipynb', 'Disk full')).toBe(false);
});
