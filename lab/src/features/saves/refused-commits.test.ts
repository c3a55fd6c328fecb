import { expect, test } from 'vitest';

import { isRefusedCommit } from './refused-commits';

const BASE = 'http://127.0.0.1:8888/user/anna/';

test('a commit that failed is one, in any folder', () => {
  expect(isRefusedCommit(BASE, `${BASE}git/commit`, 500)).toBe(true);
  expect(isRefusedCommit(BASE, `${BASE}git/a%20folder/below/commit?1700000000`, 500)).toBe(true);
});

test('one that worked, another request or another server is none', () => {
  expect(isRefusedCommit(BASE, `${BASE}git/commit`, 200)).toBe(false);
  expect(isRefusedCommit(BASE, `${BASE}git/commit`, 0)).toBe(false);
  expect(isRefusedCommit(BASE, `${BASE}git/a/reset_to_commit`, 500)).toBe(false);
  expect(isRefusedCommit(BASE, `${BASE}api/contents/git/commit`, 404)).toBe(false);
  expect(isRefusedCommit(BASE, 'http://127.0.0.1:8888/user/eve/git/commit', 500)).toBe(false);
});
