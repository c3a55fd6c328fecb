// Packs nbguard.vsix. The same sources give the same bytes: times are those of SOURCE_DATE_EPOCH, or of 1980.
import { statSync } from 'node:fs';
import { createVSIX } from '@vscode/vsce';

const LIMIT = 500_000;

process.env.SOURCE_DATE_EPOCH ??= '315532800';
await createVSIX({ packagePath: 'nbguard.vsix', dependencies: false, allowMissingRepository: true });
const { size } = statSync('nbguard.vsix');
if (size > LIMIT) {
  throw new Error(`nbguard.vsix has ${size} bytes, and may have ${LIMIT}`);
}
