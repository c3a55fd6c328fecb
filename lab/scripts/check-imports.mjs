/** Exit status 1 where a file of `src/` imports what it may not. The rules are in imports.mjs. */
import { fileURLToPath } from 'node:url';

import { faults } from './imports.mjs';

const found = faults(fileURLToPath(new URL('../src', import.meta.url)));
for (const fault of found) {
  console.error(fault);
}
process.exitCode = found.length ? 1 : 0;
