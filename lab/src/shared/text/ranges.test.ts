import { expect, test } from 'vitest';

import { backwards, edited, shift } from './ranges';

const cat = '\u{1F431}';

test('a range keeps its text through an edit before or after it', () => {
  const before = `a = "TOKEN"  # ${cat}`;
  const range = { from: 5, to: 10 };
  for (const after of [
    `${cat}\n${before}`,
    `ab = "TOKEN"  # ${cat}`,
    `a = "TOKEN"`,
    before,
    `${before}\n"TOKEN"`
  ]) {
    const moved = shift(range, before, after);
    expect(moved && after.slice(moved.from, moved.to)).toBe('TOKEN');
  }
});

test('a range that an edit touched is gone', () => {
  const range = { from: 5, to: 10 };
  for (const after of ['a = "TOEN"', 'a = "TOKxEN"', 'a = ""', '', 'b']) {
    expect(shift(range, 'a = "TOKEN"', after)).toBeNull();
  }
});

test('whatever the edit, a range that is kept has its text', () => {
  // Every replacement in a text with repeated characters, where a common start and end are easily taken for too much.
  const before = 'aabaab';
  for (let from = 0; from <= before.length; from++) {
    for (let to = from; to <= before.length; to++) {
      for (const insert of ['', 'a', 'b', 'aab', 'ba']) {
        const after = before.slice(0, from) + insert + before.slice(to);
        for (let start = 0; start < before.length; start++) {
          for (let end = start + 1; end <= before.length; end++) {
            const moved = shift({ from: start, to: end }, before, after);
            if (moved) {
              expect(after.slice(moved.from, moved.to)).toBe(before.slice(start, end));
            }
          }
        }
      }
    }
  }
});

test('edits are done from the end, so that offsets stay those of the text they were made for', () => {
  const edits = [
    { from: 0, to: 0, insert: 'from nbguard import secret\n' },
    { from: 4, to: 9, insert: 'secret("a#b")' },
    { from: 11, to: 13, insert: '' }
  ];
  expect(edited(`x = "abc"  ${cat}!`, edits)).toBe(
    'from nbguard import secret\nx = secret("a#b")  !'
  );
});

test('edits that overlap or leave the text are refused', () => {
  for (const edits of [
    [
      { from: 0, to: 3, insert: '' },
      { from: 2, to: 4, insert: '' }
    ],
    [{ from: 3, to: 9, insert: '' }],
    [{ from: -1, to: 2, insert: '' }],
    [{ from: 3, to: 2, insert: '' }]
  ]) {
    expect(() => backwards(edits, 5)).toThrow(RangeError);
  }
});
