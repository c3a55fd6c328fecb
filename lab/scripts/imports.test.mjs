import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { circles, faults } from './imports.mjs';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imports-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

test('features import shared rooms, and the package imports the features', () => {
  write({
    'index.ts': "import { a } from './features/a/plugin';\nexport * from './shared/api/types';\n",
    'features/a/plugin.tsx': "import { b } from './b';\nimport { c } from '../../shared/text/c';\n",
    'features/a/b.ts': "import type { T } from '../../shared/api/types';\n",
    'shared/text/c.ts': "import { T } from '../api/types';\nimport * as React from 'react';\n",
    'shared/api/types.ts': ''
  });
  expect(faults(root)).toEqual([]);
});

test('a feature that imports another, and shared code that imports a feature, are told', () => {
  write({
    'index.ts': '',
    'features/a/plugin.ts': "import { b } from '../b/b';\nimport x from '../../index';\n",
    'features/b/b.ts': '',
    'shared/text/c.ts': "export { b } from '../../features/b/b';\n"
  });
  expect(faults(root)).toEqual([
    'features/a/plugin.ts must not import features/b/b.ts',
    'features/a/plugin.ts must not import index.ts',
    'shared/text/c.ts must not import features/b/b.ts'
  ]);
});

test('a circle is told whatever kind of import closes it', () => {
  for (const closing of [
    "import { a } from './a';",
    "import type { A } from './a';",
    "export * from './a';",
    "const a = import('./a');"
  ]) {
    write({ 'shared/x/a.ts': "import { b } from './b';\n", 'shared/x/b.ts': `${closing}\n` });
    expect(faults(root)).toEqual(['a circle: shared/x/a.ts → shared/x/b.ts → shared/x/a.ts']);
  }
});

test('rooms form no circle where their files form none', () => {
  write({
    'shared/x/a.ts': "import { b } from '../y/b';\n",
    'shared/y/b.ts': '',
    'shared/y/c.ts': "import { d } from '../x/d';\n",
    'shared/x/d.ts': ''
  });
  expect(faults(root)).toEqual(['a circle of rooms: shared/x → shared/y → shared/x']);
});

test('an import of a file that isn’t there is an error, not a gap', () => {
  write({ 'index.ts': "import { a } from './gone';\n" });
  expect(() => faults(root)).toThrow('gone');
});

test('a path that meets itself without closing is no circle', () => {
  const graph = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
    ['d', []]
  ]);
  expect(circles(graph)).toEqual([]);
});
